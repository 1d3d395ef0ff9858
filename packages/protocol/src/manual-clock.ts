import type { Clock } from "./ports.ts";

/** A clock that stands still until told otherwise. For tests. */
export interface ManualClock extends Clock {
  /** Moves time on, firing each due timer at its own moment, and lets promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** Timers that have not fired: a test that ends with one has a leak. */
  readonly pending: number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param startMs - the first reading. Default: 2026-01-01T00:00:00Z. */
export function createManualClock(startMs = 1_767_225_600_000): ManualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  const after = (delayMs: number, run: () => void): Disposable => {
    const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), run };
    timers.add(timer);
    return { [Symbol.dispose]: () => void timers.delete(timer) };
  };
  return {
    nowMs: () => nowMs,
    after,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const timer = after(delayMs, () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        });
        const abort = (): void => {
          timer[Symbol.dispose]();
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", abort, { once: true });
      }),
    async advance(byMs) {
      const endMs = nowMs + byMs;
      await settle();
      for (;;) {
        const due = [...timers].filter((timer) => timer.atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
    get pending() {
      return timers.size;
    },
  };
}
