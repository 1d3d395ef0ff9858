import type { Clock } from "@dingtalk-kit/protocol";

import { CHECK_EVERY_MS, checkLiveness, received, startLiveness } from "./liveness.ts";

/** Watches one socket. Owns one timer, from {@link LivenessWatch.start} until it is disposed. */
export interface LivenessWatch extends Disposable {
  readonly lastReceivedAtMs: number;
  /** While true nothing is read, so silence proves nothing. */
  paused: boolean;
  received(): void;
  start(actions: LivenessActions): void;
}

export interface LivenessActions {
  ping(): void;
  /** Something has arrived since the last check. */
  alive(): void;
  /** Nothing has arrived for too long. No check follows. */
  dead(): void;
}

export function createLivenessWatch(clock: Clock): LivenessWatch {
  let state = startLiveness(clock.nowMs());
  let lastReceivedAtMs = clock.nowMs();
  let reportedAtMs = lastReceivedAtMs;
  let timer: Disposable | undefined;
  const watch: LivenessWatch = {
    get lastReceivedAtMs() {
      return lastReceivedAtMs;
    },
    paused: false,
    received() {
      lastReceivedAtMs = clock.nowMs();
      state = received(state, lastReceivedAtMs);
    },
    start(actions) {
      const check = (): void => {
        const nowMs = clock.nowMs();
        if (watch.paused) state = received(state, nowMs);
        const checked = checkLiveness(state, nowMs);
        state = checked.state;
        if (checked.verdict === "dead") return actions.dead();
        timer = clock.after(CHECK_EVERY_MS, check);
        if (lastReceivedAtMs > reportedAtMs) actions.alive();
        reportedAtMs = lastReceivedAtMs;
        return actions.ping();
      };
      timer = clock.after(CHECK_EVERY_MS, check);
    },
    [Symbol.dispose]: () => timer?.[Symbol.dispose](),
  };
  return watch;
}
