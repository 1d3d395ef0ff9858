import { setImmediate as nextRound } from "node:timers/promises";

import type { Clock } from "@dingtalk-kit/protocol";

/** What is on its way to the disk. A turn that starts meanwhile would hold up the acknowledgements. */
export interface Arrivals {
  /** Counts `keeping` until it has settled. */
  track<T>(keeping: Promise<T>): Promise<T>;
  /** Resolves as soon as nothing is on its way, nor about to be read; at the latest after `limitMs`. */
  settled(limitMs: number): Promise<void>;
}

export function createArrivals(clock: Clock): Arrivals {
  let underWay = 0;
  let quiet = Promise.withResolvers<void>();
  return {
    async track(keeping) {
      underWay += 1;
      try {
        return await keeping;
      } finally {
        underWay -= 1;
        if (underWay === 0) {
          quiet.resolve();
          quiet = Promise.withResolvers();
        }
      }
    },
    async settled(limitMs) {
      const { promise: late, resolve } = Promise.withResolvers<"late">();
      const limit = clock.after(limitMs, () => resolve("late"));
      const isOver = async (): Promise<boolean> => {
        if (underWay > 0 && (await Promise.race([quiet.promise, late])) === "late") return true;
        // A burst comes in pieces: the next one is read when the event loop has gone round once.
        await nextRound();
        await nextRound();
        return underWay === 0;
      };
      while (!(await isOver()));
      limit[Symbol.dispose]();
    },
  };
}
