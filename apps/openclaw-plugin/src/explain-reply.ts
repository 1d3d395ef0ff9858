import type { MessageState } from "@dingtalk-kit/protocol";
import { readTurnRecord } from "@dingtalk-kit/turn";

import { explainMessage } from "./explain.ts";
import type { Explanation, MessageFacts } from "./explain.ts";
import type { FoundMessage } from "./inbox-find.ts";
import { messageFields } from "./inbox-look.ts";
import { columns, timeOf } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";

/** What happened to one message, step by step, and what comes next. */
export async function explainFound(found: FoundMessage): Promise<InboxReply> {
  const facts = await gather(found);
  const explanation = explainMessage(facts);
  const { outTrackId, receipts = [], repeats = 0 } = facts.record ?? {};
  const { summary, access, steps, next } = explanation;
  return {
    exitCode: 0,
    data: {
      message: messageFields(found),
      summary,
      access: access === undefined ? null : { ...access },
      steps: steps.map(({ atMs, step, detail, words }) => ({
        at: timeOf(atMs),
        step,
        detail: detail ?? null,
        words,
      })),
      card: outTrackId ?? null,
      receipts: [...receipts],
      repeats,
      next,
    },
    lines: linesOf(found, explanation, facts),
  };
}

async function gather({ place, entry }: FoundMessage): Promise<MessageFacts> {
  const { store, running } = place;
  const record = await readTurnRecord(store.state, entry);
  const ahead = entry.state === "waiting" ? await messagesAhead({ place, entry }) : [];
  return { entry, record, running, ahead };
}

/** Messages of a lane are worked off in the order in which they are listed; the one that runs was listed first. */
async function messagesAhead({ place, entry }: FoundMessage): Promise<readonly string[]> {
  const { inbox } = place.store;
  const inState = async (state: MessageState): Promise<readonly string[]> => {
    const { entries } = await inbox.list({ lane: entry.lane, state, limit: MAX_AHEAD });
    return entries.map(({ messageId }) => messageId);
  };
  const inOrder = [...(await inState("running")), ...(await inState("waiting"))];
  const index = inOrder.indexOf(entry.messageId);
  return index < 0 ? inOrder : inOrder.slice(0, index);
}

const MAX_AHEAD = 1_000;

function linesOf(
  { place, entry }: FoundMessage,
  { summary, access, steps, next }: Explanation,
  { record }: MessageFacts,
): readonly string[] {
  const { outTrackId, receipts = [], repeats = 0 } = record ?? {};
  const known = [
    ["account", place.accountId],
    ["attempts", String(entry.attempts)],
    ...(access === undefined ? [] : [["access", `${access.words} (${access.reason})`]]),
    ...(outTrackId === undefined ? [] : [["card", outTrackId]]),
    ...receipts.map((receipt) => ["receipt", receipt]),
    ...(repeats === 0 ? [] : [["repeats", `${repeats} sent again, because a crash left it uncertain`]]),
  ];
  return [
    `${entry.messageId}: ${summary}.`,
    "",
    ...columns(known),
    "",
    ...columns(steps.map(({ atMs, step, words }) => [timeOf(atMs), step, words])),
    "",
    `Next: ${next}.`,
  ];
}
