import type { Turn, TurnResult } from "@dingtalk-kit/turn";

import type { AnswerContext } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import { createReplyTo } from "./reply-to.ts";
import { resultOf } from "./reply-result.ts";
import { removeThinking } from "./thinking-reaction.ts";

/** Shows the last words that an earlier process had decided on, as far as they are not shown yet. Asks nobody again. */
export async function resumeReply(arrival: Arrival, turn: Turn, context: AnswerContext): Promise<TurnResult> {
  const { journal } = turn;
  const { log } = context;
  journal.note("resumed");
  log.info("an answer that was cut off is brought to its end", { messageId: arrival.message.messageId });
  const reply = createReplyTo(arrival, context, journal);
  const { text = "", state } = journal.earlier?.end ?? {};
  const outcome = await (state === "FAILED" ? reply.fail(text) : reply.finish(text));
  for (let i = 0; i < outcome.repeated; i += 1) journal.repeated();
  await removeThinking(arrival.message, context, journal);
  return resultOf(outcome, { kind: state === "FAILED" ? "explained" : "answered", reason: "resumed" });
}
