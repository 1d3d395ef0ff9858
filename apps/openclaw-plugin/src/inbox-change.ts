import type { JsonValue } from "@dingtalk-kit/protocol";
import type { Store } from "@dingtalk-kit/store";
import { decideEnd, eraseTurnRecord, forgetReply, readTurnRecord } from "@dingtalk-kit/turn";

import { languageOf } from "./explanations.ts";
import type { Language } from "./explanations.ts";
import type { FoundMessage } from "./inbox-find.ts";
import { messageFields, textOf } from "./inbox-look.ts";
import type { Place, Places } from "./inbox-places.ts";
import { refuse } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";

/** Gives a message another life that is dead or was dropped; one that waits for its next attempt has it at once. */
export async function retryMessage(found: FoundMessage<Store>, nowMs: number): Promise<InboxReply> {
  const { place, entry } = found;
  const { inbox, state } = place.store;
  const { messageId } = entry;
  const isOver = entry.state === "dead" || entry.state === "dropped";
  // Before it can be claimed: its turn shall not take the card of the last one for its own.
  if (isOver && (await inbox.show(entry))?.body !== undefined)
    await forgetReply(state, entry, { atMs: nowMs, step: "retried", detail: undefined });
  const result = await inbox.requeue(entry);
  if (result === "requeued" || result === "woken") {
    const when = place.running ? "now" : "when the gateway starts";
    const what =
      result === "requeued" ? "waits in its conversation again, with all its attempts" : "is ready";
    return done(found, result, `${messageId} ${what}, and is answered ${when}.`);
  }
  const refusals = {
    done: {
      message: `${messageId} is done; a retry would answer it twice.`,
      next: `\`openclaw dingtalk explain ${messageId}\` tells how it ended`,
    },
    running: { message: `${messageId} is being answered.`, next: "wait for its end" },
    erased: {
      message: `The text of ${messageId} is gone, so nobody can answer it.`,
      next: "ask the person to write again",
    },
    unknown: { message: `${messageId} is no longer kept.`, next: "ask the person to write again" },
  };
  return refuse({ code: `not-retried-${result}`, ...refusals[result] });
}

/** Drops a message that waits. One whose card is open keeps its place, for the card to be ended. */
export async function dropMessage(
  found: FoundMessage<Store>,
  { reason, nowMs }: { readonly reason: string; readonly nowMs: number },
): Promise<InboxReply> {
  const { place, entry } = found;
  const { inbox, lanes, state } = place.store;
  const { messageId } = entry;
  const record = await readTurnRecord(state, entry);
  if (entry.state === "waiting" && record?.outTrackId !== undefined && record.outcome === undefined) {
    const text = CALLED_OFF[languageOf(textOf((await inbox.show(entry))?.body) ?? "")];
    await decideEnd(
      state,
      entry,
      { atMs: nowMs, step: "dropped", detail: reason },
      { text, state: "FAILED" },
    );
    await inbox.requeue(entry);
    const when = place.running ? "in its turn" : "when the gateway starts";
    return done(found, "ending", `${messageId} is not answered any more; its open card is ended ${when}.`);
  }
  const result = await lanes.drop(entry, reason);
  if (result === "dropped") return done(found, result, `${messageId} was dropped.`);
  const refusals = {
    running: { message: `${messageId} is being answered.`, next: "/stop in the chat ends it" },
    ended: {
      message: `${messageId} has ended before.`,
      next: `\`openclaw dingtalk explain ${messageId}\` tells how`,
    },
    unknown: { message: `${messageId} is no longer kept.`, next: "nothing is left to be dropped" },
  };
  return refuse({ code: `not-dropped-${result}`, ...refusals[result] });
}

const CALLED_OFF: Readonly<Record<Language, string>> = {
  zh: "管理员已取消这条消息的处理。",
  en: "An administrator called this message off.",
};

function done(found: FoundMessage, result: string, line: string): InboxReply {
  return { exitCode: 0, data: { message: messageFields(found), result }, lines: [line] };
}

interface ErasedPerson {
  readonly accountId: string;
  readonly texts: number;
  readonly records: number;
  readonly dropped: number;
  readonly running: number;
}

const PAGE = 500;

/** Removes what a person wrote, and what is kept of the turns of it, in all places. */
export async function erasePerson(places: Places<Store>, staffId: string): Promise<InboxReply> {
  const erased: ErasedPerson[] = [];
  for (const place of places.found) erased.push(await eraseIn(place, staffId));
  const sum = (field: "texts" | "records" | "running"): number =>
    erased.reduce((total, one) => total + one[field], 0);
  if (sum("texts") + sum("records") + sum("running") === 0) {
    return refuse({
      code: "unknown-person",
      message: `Nothing of "${staffId}" is kept.`,
      next: "compare the sender in `openclaw dingtalk inbox list`; ids are case-sensitive",
    });
  }
  const accounts: JsonValue[] = erased.map((one) => ({ ...one }));
  return {
    exitCode: sum("running") === 0 ? 0 : 1,
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
  const { texts, keys, dropped, running } = await inbox.erase(staffId);
  for (const key of keys) if (await eraseTurnRecord(state, key)) records += 1;
  return { accountId, texts, records, dropped, running };
}

function eraseLine({ accountId, texts, records, dropped, running }: ErasedPerson): string {
  const waited = dropped === 0 ? "" : `, ${dropped} of them dropped before they were answered`;
  const rest =
    running === 0 ? "" : `; ${running} are being answered: erase again when \`inbox list\` shows them done`;
  return `${accountId}: the text of ${texts} messages${waited}, and ${records} records of turns${rest}.`;
}

const ELSEWHERE =
  "Not in the inbox, and left alone: what OpenClaw keeps in its sessions, and what DingTalk keeps itself.";
