import type { Clock } from "@dingtalk-kit/protocol";

/** Tells when nothing has been heard for too long. Disposing ends it. */
export interface SilenceWatch extends Disposable {
  /** Something was heard. Costs nothing: may be called for each word. */
  heard(): void;
}

/** @param onSilence - called once, when `limitMs` have passed since the start or the last `heard`. */
export function watchSilence(clock: Clock, limitMs: number, onSilence: () => void): SilenceWatch {
  let heardAtMs = clock.nowMs();
  const arm = (delayMs: number): Disposable =>
    clock.after(delayMs, () => {
      // A clock that was put back must not make the wait longer than the limit.
      const silentMs = Math.max(0, clock.nowMs() - heardAtMs);
      if (silentMs >= limitMs) onSilence();
      else timer = arm(limitMs - silentMs);
    });
  let timer = arm(limitMs);
  return {
    heard() {
      heardAtMs = clock.nowMs();
    },
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
    },
  };
}
