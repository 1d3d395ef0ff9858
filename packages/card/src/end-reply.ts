import type { SendReceipt } from "@dingtalk-kit/protocol";

import { sendAnswer } from "./answer-messages.ts";
import type { Ending } from "./card-calls.ts";
import type { CardSlot } from "./card-slot.ts";
import { failureFields } from "./failure.ts";
import type { LiveCard } from "./live-card.ts";
import type { ReplyOutcome } from "./reply.ts";
import type { ReplyContext } from "./reply-context.ts";
import { TEXTS } from "./texts.ts";

/** Brings `text` to the person: into the card, and by messages what the card does not take. Does not reject. */
export async function endReply(
  text: string,
  ending: Ending,
  { context, slot }: { readonly context: ReplyContext; readonly slot: CardSlot },
): Promise<ReplyOutcome> {
  slot.close();
  // A failure before any sign of life needs no card: one message says it.
  const card = await (ending === "FAILED" ? slot.opened : slot.open());
  const rest = await endCard(card, text, { ending, slot });
  const { receipts, error } = await sendRest(rest ?? text, context);
  if (rest === undefined) {
    await card?.abandon(TEXTS[context.language][error === undefined ? "elsewhere" : "failed"]);
  }
  return {
    route: rest === undefined ? "markdown" : "card",
    outTrackId: card?.outTrackId,
    carrierId: card?.carrierId,
    receipts,
    state: error === undefined ? ending : "FAILED",
    calls: context.calls.count,
    cardError: slot.error,
    error,
  };
}

/** @returns what the card did not take, `undefined` when it took nothing. */
async function endCard(
  card: LiveCard | undefined,
  text: string,
  { ending, slot }: { readonly ending: Ending; readonly slot: CardSlot },
): Promise<string | undefined> {
  if (card === undefined) return undefined;
  try {
    return await card.end(text, ending);
  } catch (error) {
    slot.lose(error);
    return undefined;
  }
}

async function sendRest(
  text: string,
  { options, calls, language, ports }: ReplyContext,
): Promise<{ readonly receipts: readonly SendReceipt[]; readonly error: unknown }> {
  const receipts: SendReceipt[] = [];
  try {
    await sendAnswer(text, receipts, { messages: options.messages, calls, language });
    return { receipts, error: undefined };
  } catch (error) {
    ports.log.error("answer could not be sent", failureFields(error));
    return { receipts, error };
  }
}
