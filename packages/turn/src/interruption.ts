import type { Clock } from "@dingtalk-kit/protocol";

import type { StopReason } from "./turn.ts";

/** How a turn is told to end early. The first reason counts. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly reason: StopReason | undefined;
  interrupt(reason: StopReason): void;
  /** What `work` gives; `undefined` when it has not returned in time after the interruption. */
  limit<T>(work: Promise<T>, graceMs: (reason: StopReason) => number): Promise<T | undefined>;
}

export function createInterruption(clock: Clock): Interruption {
  const abort = new AbortController();
  let reason: StopReason | undefined;
  return {
    signal: abort.signal,
    get reason() {
      return reason;
    },
    interrupt(why) {
      reason ??= why;
      abort.abort();
    },
    async limit(work, graceMs) {
      const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
      let timer: Disposable | undefined;
      const startGrace = (): void => {
        timer = clock.after(graceMs(reason ?? "closing"), () => resolve(undefined));
      };
      if (abort.signal.aborted) startGrace();
      else abort.signal.addEventListener("abort", startGrace, { once: true });
      try {
        return await Promise.race([work, tooLate]);
      } finally {
        abort.signal.removeEventListener("abort", startGrace);
        timer?.[Symbol.dispose]();
      }
    },
  };
}
