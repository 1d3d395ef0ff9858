import type { Clock } from "@dingtalk-kit/protocol";

/** What is on its way to the disk. A turn that starts meanwhile would hold up the acknowledgements. */
export interface Arrivals {
  /** Counts `keeping` until it has settled. */
  track<T>(keeping: Promise<T>): Promise<T>;
  /** Resolves as soon as nothing is on its way, at the latest after `limitMs`. */
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
      if (underWay === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const limit = clock.after(limitMs, resolve);
      await Promise.race([quiet.promise, promise]);
      limit[Symbol.dispose]();
    },
  };
}
