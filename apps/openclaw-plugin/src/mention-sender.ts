import type { ReplyOutcome } from "@dingtalk-kit/card";
import type { Logger, RobotMessage } from "@dingtalk-kit/protocol";

import type { AdmittedTurn } from "./answer.ts";
import { logUnsaid } from "./asides.ts";
import type { ReplyContext } from "./reply-to.ts";

/**
 * Mentions the sender of a group's message when its answer stands whole in a card, with `cardAtSender` as the words:
 * DingTalk notifies nobody of what a card comes to say. By the session webhook alone, because the robot API cannot mention.
 */
export async function mentionSender(
  { arrival: { message, kind }, turn }: AdmittedTurn,
  { settings, services, log }: ReplyContext,
  { route, state }: Pick<ReplyOutcome, "route" | "state">,
): Promise<void> {
  const { cardAtSender: words } = settings;
  if (words === undefined || kind !== "group" || route !== "card" || state !== "FINISHED") return;
  const { journal, signal } = turn;
  const { staffId } = message.sender;
  const url = openWebhook(message, services.clock.nowMs());
  if (staffId === undefined || url === undefined) return sayWhyNot(staffId === undefined, log);
  try {
    const idempotencyId = `${journal.replyKey}/mention`;
    const text = `@${staffId} ${words}`;
    await services.webhook.send(url, { kind: "text", text, mentions: [staffId], idempotencyId }, signal);
    journal.note("mention");
  } catch (error) {
    logUnsaid("mention", error, { signal, log });
  }
}

function openWebhook({ sessionWebhook }: RobotMessage, nowMs: number): string | undefined {
  const { url, expiresAtMs = Number.POSITIVE_INFINITY } = sessionWebhook ?? {};
  return nowMs < expiresAtMs ? url : undefined;
}

function sayWhyNot(isStranger: boolean, log: Logger): void {
  const reason = isStranger ? "DingTalk gave no staff id" : "the session webhook is missing or has expired";
  log.debug(`the sender is not mentioned after the card: ${reason}`);
}
