import type { Decision } from "@dingtalk-kit/policy";
import type { Turn, TurnOutcome, TurnResult } from "@dingtalk-kit/turn";

import { admit, challenge, reasonOf } from "./admission.ts";
import type { Admission } from "./admission.ts";
import type { AnswerContext } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import { logDenied } from "./denied.ts";
import { failureLine } from "./failure.ts";
import { isHostBusy, whileHostStarts } from "./host-start.ts";
import { createMessagesTo } from "./reply-to.ts";

/** Whether a message may reach an agent. `failed`: it could not be decided. */
export type Access =
  | { readonly kind: "let-in"; readonly admission: Admission }
  | { readonly kind: "kept-out"; readonly outcome: TurnOutcome }
  | { readonly kind: "failed"; readonly retry: TurnResult | undefined };

/** Asks the host, then our own rules. Says to the sender what there is to say. */
export async function letIn(arrival: Arrival, turn: Turn, context: AnswerContext): Promise<Access> {
  const { log, services, rules } = context;
  const { signal, journal } = turn;
  try {
    const robot = rules.ignoredRobot(arrival);
    if (robot !== undefined) {
      journal.note(robot.kind, robot.reason);
      return { kind: "kept-out", outcome: { kind: "ignored", reason: robot.reason } };
    }
    const start = { clock: services.clock, log, signal };
    const admission = await whileHostStarts(() => admit(arrival, context), start);
    const { admission: decided } = admission.ingress.ingress;
    const reason = reasonOf(admission.ingress);
    journal.note(decided, reason);
    if (decided === "dispatch") return await holdToRules(arrival, admission, turn, context);
    if (decided !== "pairing-required") {
      logDenied(arrival, { admission: decided, reason }, context, log);
      // In most cases nothing: a stranger is not told that the robot is there. But whoever may not command hears that.
      return await keepOut(arrival, { decision: rules.judge(arrival), reason }, turn, context);
    }
    await challenge(arrival, context, (text) => say(arrival, context, text, `${journal.replyKey}/pairing`));
    return { kind: "kept-out", outcome: { kind: "explained", reason } };
  } catch (error) {
    if (signal.aborted) return { kind: "failed", retry: { kind: "release" } };
    log.error(`access check: ${failureLine(error)}`, { messageId: arrival.message.messageId });
    return { kind: "failed", retry: isHostBusy(error) ? hostBusy : undefined };
  }
}

const hostBusy: TurnResult = { kind: "retry", reason: "OpenClaw was not ready", countsAsAttempt: false };

/** What the host does not decide: robots, @所有人, limits. */
async function holdToRules(
  arrival: Arrival,
  admission: Admission,
  turn: Turn,
  context: AnswerContext,
): Promise<Access> {
  const { journal } = turn;
  const { rules, log } = context;
  const { why, route, unknownAgent } = admission.agent;
  if (unknownAgent !== undefined) {
    log.warn(`the agent "${unknownAgent}" of the settings does not exist; ${route.agentId} answers`);
  }
  const decision = await rules.decide(arrival);
  if (decision.kind === "dispatch") {
    journal.note("agent", `${route.agentId}, by ${why}`);
    await context.names.learn(arrival);
    return { kind: "let-in", admission };
  }
  journal.note(decision.kind, decision.reason);
  log.info("message not let in by the account's own rules", {
    conversation: arrival.peer.id,
    reason: decision.reason,
  });
  return keepOut(arrival, { decision, reason: decision.reason }, turn, context);
}

/** Tells the sender why, if that is for them to hear. */
async function keepOut(
  arrival: Arrival,
  { decision, reason }: { readonly decision: Decision; readonly reason: string },
  { journal }: Turn,
  context: AnswerContext,
): Promise<Access> {
  const text = await context.rules.replyTo(arrival, decision);
  if (text !== undefined) await say(arrival, context, text, `${journal.replyKey}/denial`);
  return { kind: "kept-out", outcome: { kind: text === undefined ? "ignored" : "explained", reason } };
}

async function say(
  arrival: Arrival,
  context: AnswerContext,
  text: string,
  idempotencyId: string,
): Promise<void> {
  await createMessagesTo(arrival, context).send({ kind: "text", text, idempotencyId });
}
