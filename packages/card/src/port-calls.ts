import type { Clock } from "@dingtalk-kit/protocol";

import { failureOf } from "./failure.ts";

export interface RetryRule {
  readonly attempts: number;
  /** Before the second attempt, in milliseconds; doubles with each further one. */
  readonly delayMs: number;
  /** Asked before a repetition that might help after `error`. @defaultValue always */
  mayRepeat?(error: unknown): boolean;
}

export const ONCE: RetryRule = { attempts: 1, delayMs: 0 };

/** Counts the calls of one reply, and repeats those that may be repeated. */
export interface PortCalls {
  readonly count: number;
  /** One call was never made. */
  takeBack(): void;
  /** @throws what the last attempt threw. */
  run<T>(rule: RetryRule, call: () => Promise<T>): Promise<T>;
}

/** Nobody waits longer than this for a throttle to end: the other route is faster. */
const LONGEST_WAIT_MS = 15_000;

export function createPortCalls(clock: Clock): PortCalls {
  let count = 0;
  return {
    get count() {
      return count;
    },
    takeBack() {
      count -= 1;
    },
    async run(rule, call) {
      for (let attempt = 1; ; attempt += 1) {
        count += 1;
        try {
          return await call();
        } catch (error) {
          const { retryable, retryAfterMs } = failureOf(error);
          const delayMs = Math.max(retryAfterMs ?? 0, rule.delayMs * 2 ** (attempt - 1));
          const hopeless = !retryable || attempt >= rule.attempts || delayMs > LONGEST_WAIT_MS;
          if (hopeless || rule.mayRepeat?.(error) === false) throw error;
          await clock.sleep(delayMs);
        }
      }
    },
  };
}
