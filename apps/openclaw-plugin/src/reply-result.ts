import type { ReplyOutcome } from "@dingtalk-kit/card";
import type { TurnOutcome, TurnResult } from "@dingtalk-kit/turn";

import { describeFailure } from "./failure.ts";

const MAY_HEAL: ReadonlySet<unknown> = new Set([
  "DINGTALK_RATE_LIMITED",
  "DINGTALK_TIMEOUT",
  "DINGTALK_CONNECTION",
  "DINGTALK_AUTH",
  "DINGTALK_DECODE",
]);

/**
 * What becomes of a turn whose reply has ended so: done, or, when not all of the answer arrived, tried again or set aside
 * with DingTalk's reason.
 */
export function resultOf({ error }: ReplyOutcome, outcome: TurnOutcome): TurnResult {
  if (error === undefined) return { kind: "finished", outcome };
  const { stage, cause } = describeFailure(error);
  const reason = `not delivered: stage=${stage}: ${cause}`;
  return mayHeal(error) ? { kind: "retry", reason } : { kind: "dead", reason };
}

/** Whether a send that failed so may work later, unchanged. */
export function mayHeal(error: unknown): boolean {
  const fields = typeof error === "object" && error !== null ? error : {};
  return Reflect.get(fields, "retryable") === true || MAY_HEAL.has(Reflect.get(fields, "code"));
}
