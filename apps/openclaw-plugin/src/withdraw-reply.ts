import type { Turn, TurnResult } from "@dingtalk-kit/turn";

import type { Arrival } from "./arrival.ts";
import { explain } from "./explanations.ts";
import { createReplyTo } from "./reply-to.ts";
import type { ReplyContext } from "./reply-to.ts";
import { removeThinking } from "./thinking-reaction.ts";

/** Ends what an earlier process had shown of an answer to a message that was taken back since. Asks nobody. */
export async function withdrawReply(
  arrival: Arrival,
  { journal, attempt }: Pick<Turn, "journal" | "attempt">,
  context: ReplyContext,
): Promise<TurnResult> {
  if (journal.earlier?.outTrackId !== undefined) {
    await createReplyTo(arrival, context, journal).fail(explain("recalled", arrival.language));
  }
  if (attempt > 1) await removeThinking(arrival.message, context, journal);
  return { kind: "finished", outcome: { kind: "recalled" } };
}
