import type { JsonValue } from "@dingtalk-kit/protocol";
import type { Store } from "@dingtalk-kit/store";
import { eraseTurnRecord } from "@dingtalk-kit/turn";

import type { Place, Places } from "./inbox-places.ts";
import { refuse } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";
import { forgetPerson } from "./known-names.ts";

interface ErasedPerson {
  readonly accountId: string;
  readonly texts: number;
  readonly records: number;
  /** 1 when the name was known, to send to them by it. */
  readonly names: number;
  readonly dropped: number;
  readonly running: number;
}

const PAGE = 500;

/** Removes what a person wrote, and what is kept of the turns of it, in all places. */
export async function erasePerson(places: Places<Store>, staffId: string): Promise<InboxReply> {
  const erased: ErasedPerson[] = [];
  for (const place of places.found) erased.push(await eraseIn(place, staffId));
  const sum = (field: "texts" | "records" | "names" | "running"): number =>
    erased.reduce((total, one) => total + one[field], 0);
  if (sum("texts") + sum("records") + sum("names") + sum("running") === 0) {
    return refuse({
      code: "unknown-person",
      message: `Nothing of "${staffId}" is kept.`,
      next: "compare the sender in `openclaw dingtalk inbox list`; ids are case-sensitive",
    });
  }
  const accounts: JsonValue[] = erased.map((one) => ({ ...one }));
  const isAll = sum("running") === 0 && places.problems.length === 0;
  return {
    exitCode: isAll ? 0 : 1,
    data: { staffId, accounts, problems: [...places.problems] },
    lines: [...erased.map(eraseLine), ...places.problems, ELSEWHERE],
  };
}

/** What refers to the person goes first: when the texts are gone, nobody knows any more whose they were. */
async function eraseIn({ accountId, store }: Place<Store>, staffId: string): Promise<ErasedPerson> {
  const { inbox, state } = store;
  let records = 0;
  for (let after: string | undefined; ;) {
    const page = await inbox.list({ sender: staffId, limit: PAGE, after });
    for (const entry of page.entries)
      if (entry.state !== "running" && (await eraseTurnRecord(state, entry))) records += 1;
    after = page.next;
    if (after === undefined) break;
  }
  const names = (await forgetPerson(state, staffId)) ? 1 : 0;
  const { texts, keys, dropped, running } = await inbox.erase(staffId);
  for (const key of keys) if (await eraseTurnRecord(state, key)) records += 1;
  return { accountId, texts, records, names, dropped, running };
}

function eraseLine({ accountId, texts, records, names, dropped, running }: ErasedPerson): string {
  const waited = dropped === 0 ? "" : `, ${dropped} of them dropped before they were answered`;
  const rest =
    running === 0 ? "" : `; ${running} are being answered: erase again when \`inbox list\` shows them done`;
  const name = names === 0 ? "" : ", and the name";
  return `${accountId}: the text of ${texts} messages${waited}, and ${records} records of turns${name}${rest}.`;
}

const ELSEWHERE =
  "Not in the inbox, and left alone: what OpenClaw keeps in its sessions, and what DingTalk keeps itself.";
