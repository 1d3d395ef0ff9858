import { setImmediate as letPromisesRun } from "node:timers/promises";

import type { Clock } from "@dingtalk-kit/protocol";

/** A clock that goes on as the one below it does, and can be put forward. */
export interface ShiftableClock extends Clock {
  /** Puts time forward; whatever falls due on the way runs at its own moment. */
  advance(byMs: number): Promise<void>;
}

interface Timer {
  readonly dueMs: number;
  /** The timer of the clock below. */
  below: Disposable;
  readonly fire: () => void;
}

export function createShiftableClock(base: Clock): ShiftableClock {
  const timers = new Set<Timer>();
  let offsetMs = 0;
  const nowMs = (): number => base.nowMs() + offsetMs;

  const after = (delayMs: number, run: () => void): Disposable => {
    const release = (): void => {
      timers.delete(timer);
      timer.below[Symbol.dispose]();
    };
    const fire = (): void => {
      release();
      run();
    };
    const timer: Timer = { dueMs: nowMs() + Math.max(0, delayMs), below: base.after(delayMs, fire), fire };
    timers.add(timer);
    return { [Symbol.dispose]: release };
  };

  return {
    nowMs,
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
      const endMs = nowMs() + byMs;
      await letPromisesRun();
      for (;;) {
        const due = [...timers]
          .filter((timer) => timer.dueMs <= endMs)
          .toSorted((a, b) => a.dueMs - b.dueMs)[0];
        if (due === undefined) break;
        offsetMs += Math.max(0, due.dueMs - nowMs());
        due.fire();
        await letPromisesRun();
      }
      offsetMs += Math.max(0, endMs - nowMs());
      for (const timer of timers) {
        timer.below[Symbol.dispose]();
        timer.below = base.after(Math.max(0, timer.dueMs - nowMs()), timer.fire);
      }
    },
  };
}
