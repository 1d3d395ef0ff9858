import type { Clock } from "@dingtalk-kit/protocol";

import type { TimerName } from "./stream-state.ts";

/** The one owner of a client's timers: at most one of each name. */
export interface TimerSet {
  arm(timer: TimerName, delayMs: number): void;
  disarm(timer: TimerName): void;
}

export function createTimerSet(clock: Clock, due: (timer: TimerName) => void): TimerSet {
  const timers = new Map<TimerName, Disposable>();
  const disarm = (timer: TimerName): void => {
    timers.get(timer)?.[Symbol.dispose]();
    timers.delete(timer);
  };
  return {
    arm(timer, delayMs) {
      disarm(timer);
      timers.set(
        timer,
        clock.after(delayMs, () => {
          timers.delete(timer);
          due(timer);
        }),
      );
    },
    disarm,
  };
}
