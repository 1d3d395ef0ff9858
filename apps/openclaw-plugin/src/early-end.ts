import type { StopReason, Turn, TurnOutcome, TurnResult } from "@dingtalk-kit/turn";

import { explain } from "./explanations.ts";
import type { Language } from "./explanations.ts";
import { resultOf } from "./reply-result.ts";
import type { TurnReply } from "./turn-reply.ts";

/** What is done about a turn that is told to end early. */
export interface EarlyEnd extends Disposable {
  /** What became of the turn by that; `undefined` when nobody told it to end. */
  result(): Promise<TurnResult | undefined>;
}

/** Ends `reply` as soon as the turn is told to, without waiting for the host. */
export function endEarly(turn: Turn, reply: TurnReply, language: Language): EarlyEnd {
  let ending: Promise<TurnResult> | undefined;
  const onAbort = (): void => {
    ending ??= endBecause(turn.stopReason ?? "closing", reply, language);
  };
  if (turn.signal.aborted) onAbort();
  else turn.signal.addEventListener("abort", onAbort, { once: true });
  return {
    result: async () => ending,
    [Symbol.dispose]() {
      turn.signal.removeEventListener("abort", onAbort);
    },
  };
}

async function endBecause(reason: StopReason, reply: TurnReply, language: Language): Promise<TurnResult> {
  if (reason === "closing") {
    // What has been decided is shown to its end; what has not goes on in the next process, in the same card.
    const outcome = await reply.leave();
    return outcome === undefined ? { kind: "release" } : resultOf(outcome, { kind: "answered" });
  }
  if (reason === "recalled") {
    await reply.withdraw(explain(reason, language));
    return { kind: "finished", outcome: { kind: "recalled" } };
  }
  const outcome: TurnOutcome = reason === "stopped" ? { kind: "stopped" } : { kind: "explained", reason };
  return resultOf(await reply.fail(explain(reason, language)), outcome);
}

const SOON_MS = 1_500;

/** Whether the turn is told to end within a moment. */
export async function abortsSoon({ signal }: Turn): Promise<boolean> {
  if (signal.aborted) return true;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  const timer = setTimeout(resolve, SOON_MS);
  await promise;
  clearTimeout(timer);
  return signal.aborted;
}
