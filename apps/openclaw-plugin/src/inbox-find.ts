import type { InboxEntry, StoreReader } from "@dingtalk-kit/store";

import type { Place, Places } from "./inbox-places.ts";
import type { Refusal } from "./inbox-reply.ts";

/** One message, and the inbox that holds it. */
export interface FoundMessage<S extends StoreReader = StoreReader> {
  readonly place: Place<S>;
  readonly entry: InboxEntry;
}

const PAGE = 1_000;
/** So many of those that fit are named. */
const MAX_NAMED = 5;

/** The one message whose id is `wanted`, or begins with it; or why there is none. */
export async function findMessage<S extends StoreReader>(
  places: Places<S>,
  wanted: string,
): Promise<FoundMessage<S> | Refusal> {
  const exact = await collect(places, async function* ({ store }) {
    yield* (await store.inbox.list({ messageId: wanted })).entries;
  });
  const fitting = exact.length > 0 ? exact : await collect(places, (place) => beginningWith(place, wanted));
  const [only, ...others] = fitting;
  if (only === undefined) return unknownMessage(places, wanted);
  if (others.length === 0) return only;
  const named = fitting.map(({ place, entry }) => `${entry.messageId} (account ${place.accountId})`);
  return {
    code: "ambiguous-message",
    message: `"${wanted}" is not one message: ${named.join(", ")}${named.length >= MAX_NAMED ? ", …" : ""}.`,
    next: "give more of the message id, or the account",
  };
}

async function collect<S extends StoreReader>(
  { found }: Places<S>,
  search: (place: Place<S>) => AsyncIterable<InboxEntry>,
): Promise<readonly FoundMessage<S>[]> {
  const fitting: FoundMessage<S>[] = [];
  for (const place of found) {
    for await (const entry of search(place)) {
      fitting.push({ place, entry });
      if (fitting.length === MAX_NAMED) return fitting;
    }
  }
  return fitting;
}

/** The youngest are asked for most. All are looked at, since only then it is sure that no second one fits. */
async function* beginningWith({ store }: Place, prefix: string): AsyncGenerator<InboxEntry> {
  for (let after: string | undefined; ;) {
    const page = await store.inbox.list({ order: "newest", limit: PAGE, after });
    yield* page.entries.filter(({ messageId }) => messageId.startsWith(prefix));
    after = page.next;
    if (after === undefined) return;
  }
}

/** Why nothing can be said of any message; `undefined` when at least one inbox is there. */
export function noInbox({ found, missing, problems }: Places): Refusal | undefined {
  if (found.length > 0) return undefined;
  if (problems.length > 0) {
    return {
      code: "inbox-unusable",
      message: problems.join("\n"),
      next: "see to what is named; `openclaw channels status` tells how the accounts are",
    };
  }
  const files = missing.length === 0 ? "" : `; the file would be ${missing.join(" or ")}`;
  return {
    code: "no-inbox",
    message: `No messages were kept yet${files}.`,
    next: "start the gateway and write to the robot; `openclaw channels status` tells whether it is connected",
  };
}

function unknownMessage({ problems }: Places, wanted: string): Refusal {
  const more = problems.length === 0 ? "" : ` Not looked at: ${problems.join("; ")}.`;
  return {
    code: "unknown-message",
    message: `No message "${wanted}" is kept.${more}`,
    next: "`openclaw dingtalk inbox list` names those that are; a message is forgotten after `retention`, and was never kept when it came while the queue was full",
  };
}
