import type { Clock } from "@dingtalk-kit/protocol";

/** Lets several wait for "something may have changed". */
export interface WakeUp {
  /** Grows with each call of `wake`: read it before looking, and nothing that happens meanwhile is missed. */
  readonly count: number;
  wake(): void;
  /** Resolves when `count` differs from `seen`, or after a time. Rejects with the signal's reason. */
  wait(seen: number, until?: WaitLimits): Promise<void>;
}

export interface WaitLimits {
  readonly delayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function createWakeUp(clock: Clock): WakeUp {
  const waiters = new Set<() => void>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    wake() {
      count += 1;
      for (const resolve of waiters) resolve();
    },
    async wait(seen, { delayMs, signal } = {}) {
      signal?.throwIfAborted();
      if (seen !== count) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => reject(signal?.reason);
      const timer = delayMs === undefined ? undefined : clock.after(Math.max(0, delayMs), resolve);
      waiters.add(resolve);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        await promise;
      } finally {
        timer?.[Symbol.dispose]();
        waiters.delete(resolve);
        signal?.removeEventListener("abort", abort);
      }
    },
  };
}
