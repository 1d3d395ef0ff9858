import type { Logger } from "@dingtalk-kit/protocol";

import { admit } from "./admission.ts";
import type { Admission, AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { explain } from "./explanations.ts";
import type { Reason } from "./explanations.ts";
import { failureLine } from "./failure.ts";
import { whileHostStarts } from "./host-start.ts";
import { createMarkdownReply, createReplyTo } from "./reply-to.ts";
import type { Services } from "./services.ts";
import { showThinking } from "./thinking-reaction.ts";
import { createTurnReply } from "./turn-reply.ts";
import type { TurnReply } from "./turn-reply.ts";
import { dispatchTurn } from "./turn.ts";
import type { TurnEnd } from "./turn.ts";

export interface AnswerContext extends AdmissionContext {
  readonly services: Services;
  readonly log: Logger;
}

/** Longer messages cost more than any model can read. DingTalk's own clients stop far below. */
const MAX_TEXT_CHARS = 100_000;
/** Why an admitted message is answered without asking the agent; `undefined` when the agent is asked. */
export function reasonNotToAsk({ message, text, stop }: Arrival): Reason | undefined {
  if (stop) return undefined;
  const { kind } = message.content;
  if (kind === "over-quota" || kind === "unsupported") return kind;
  if (text === "") return "empty";
  return text.length > MAX_TEXT_CHARS ? "too-long" : undefined;
}

/** Says `reason` in place of an answer. */
export async function sayInstead(arrival: Arrival, context: AnswerContext, reason: Reason): Promise<void> {
  const { messageId } = arrival.message;
  context.log.warn(`message not given to the agent: ${reason}; the sender was told`, {
    messageId,
    chars: arrival.text.length,
  });
  await createMarkdownReply(arrival, context).finish(explain(reason, arrival.language));
}

/**
 * Lets the agent answer an admitted message. Always ends in something that the sender sees, and never throws.
 *
 * @param onReply - gets the reply before the agent starts, so that /stop can end it.
 */
export async function answerMessage(
  arrival: Arrival,
  admission: Admission,
  context: AnswerContext,
  { signal, onReply }: { readonly signal: AbortSignal; readonly onReply: (reply: TurnReply) => void },
): Promise<void> {
  const { log, services, settings } = context;
  const { language, message } = arrival;
  await using stack = new AsyncDisposableStack();
  stack.use(showThinking(message, services.api.reactions, log));
  const reply = createTurnReply({
    growing: createReplyTo(arrival, context),
    plain: createMarkdownReply(arrival, context),
    live: settings.messageType === "card",
    language,
  });
  onReply(reply);
  try {
    const end = await dispatchWithRetries(arrival, admission, context, { reply, signal });
    if (signal.aborted) await reply.fail(explain("interrupted", language));
    else await closeAfter(end, reply, arrival);
  } catch (error) {
    if (signal.aborted) return void (await reply.fail(explain("interrupted", language)));
    log.error(`dispatch: ${failureLine(error)}`, { messageId: message.messageId });
    await reply.fail(explain("dispatch-failed", language));
  }
}

async function closeAfter(end: TurnEnd, reply: TurnReply, { language }: Arrival): Promise<void> {
  switch (end) {
    case "done":
      // Blank: the reply has words of its own for a model that returned nothing.
      return void (await reply.close(""));
    case "joined-running-task":
    case "kept-private":
      return void (await reply.close(explain(end, language)));
    case "not-dispatched":
      return void (await reply.close(explain("dispatch-failed", language)));
    case "answered-elsewhere":
    case "chose-silence":
      return reply.closeQuietly(explain(end, language));
  }
}

function dispatchWithRetries(
  arrival: Arrival,
  first: Admission,
  context: AnswerContext,
  turn: { readonly reply: TurnReply; readonly signal: AbortSignal },
): Promise<TurnEnd> {
  const { services, log } = context;
  const start = { clock: services.clock, log, signal: turn.signal, mayRepeat: () => !turn.reply.touched };
  let unused: Admission | undefined = first;
  return whileHostStarts(async () => {
    const admission = unused ?? (await admit(arrival, context));
    unused = undefined;
    return dispatchTurn(arrival, admission, context, turn);
  }, start);
}
