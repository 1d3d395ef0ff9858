import type { ReplyEnd } from "@dingtalk-kit/protocol";

import { sendAnswer } from "./answer-messages.ts";
import type { CardSlot } from "./card-slot.ts";
import { createCardWindow } from "./card-window.ts";
import type { ReplyOutcome } from "./reply.ts";
import type { ReplyContext } from "./reply-context.ts";
import { TEXTS } from "./texts.ts";

interface Parts {
  readonly context: ReplyContext;
  readonly slot: CardSlot;
}

/** Brings `text` to the person: into the card of the closed slot, and by messages what it does not take. Does not reject. */
export async function endReply(text: string, ending: ReplyEnd, parts: Parts): Promise<ReplyOutcome> {
  const { context, slot } = parts;
  const { options, calls, language, memory, ports } = context;
  if (memory.end === undefined) await memory.ending(text, ending);
  const taken = await endCard(text, ending, parts);
  const replyKey = options.replyKey ?? slot.outTrackId ?? ports.randomId();
  const sending = { messages: options.messages, calls, language, memory, log: ports.log, replyKey };
  const { receipts, repeated, uncertain, error } = await sendAnswer(text, taken, sending);
  if (taken === 0) await slot.abandon(TEXTS[language][error === undefined ? "elsewhere" : "failed"]);
  return {
    route: taken === 0 ? "markdown" : "card",
    outTrackId: slot.card?.outTrackId ?? memory.outTrackId,
    carrierId: slot.card?.carrierId,
    receipts,
    repeated,
    uncertain,
    state: error === undefined ? ending : "FAILED",
    calls: calls.count,
    cardError: slot.error,
    error,
  };
}

/** @returns how much of the text the card took, 0 when it took nothing. */
async function endCard(text: string, ending: ReplyEnd, { context, slot }: Parts): Promise<number> {
  const { memory, options } = context;
  if (memory.messages !== undefined) {
    // They come after the card: it was closed, or given up, before.
    const { whole, from } = memory.messages;
    return whole ? 0 : (from ?? createCardWindow(options.template.maxChars).fit(text).end);
  }
  // A failure before any sign of life needs no card: one message says it.
  const needsNone = ending === "FAILED" && memory.outTrackId === undefined;
  const card = await (needsNone ? slot.opened : slot.open());
  if (card === undefined) return 0;
  try {
    return await card.end(text, ending);
  } catch (error) {
    slot.lose(error);
    return 0;
  }
}
