import type { AccountSettings } from "@dingtalk-kit/config";

import type { AdmittedTurn } from "./answer.ts";
import { asideText } from "./aside-texts.ts";
import type { Asides } from "./asides.ts";
import { showThinking } from "./thinking-reaction.ts";
import type { ThinkingContext } from "./thinking-reaction.ts";

export interface AcknowledgeContext extends ThinkingContext {
  readonly settings: ThinkingContext["settings"] & Pick<AccountSettings, "ackText">;
}

/**
 * Tells people that their message was taken, as `ack` says: by a reaction, which is taken off when disposed, or by a
 * message, which stands once, and never for `/stop`. The card is {@link opensCardAtOnce}.
 */
export function acknowledge(
  { arrival, turn }: AdmittedTurn,
  context: AcknowledgeContext,
  asides: Asides,
): AsyncDisposable {
  const { ack, ackText } = context.settings;
  if (ack === "text" && !arrival.stop && turn.attempt === 1) {
    asides.say("ack", ackText ?? asideText("taken", arrival.language));
  }
  return showThinking(arrival.message, context, turn);
}

/** Whether the card of an answer is the sign that the message was taken, and does not wait for an agent. */
export function opensCardAtOnce(
  { arrival, turn }: AdmittedTurn,
  { ack }: Pick<AccountSettings, "ack">,
): boolean {
  return ack === "card" && !arrival.stop && !turn.signal.aborted;
}
