import type { Clock } from "@dingtalk-kit/protocol";

/** Fires when a time limit passes or when one of the owners' signals does, whichever comes first. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

export interface DeadlineOptions {
  readonly timeoutMs: number;
  /** Makes the reason when the limit passes. */
  timedOut(): Error;
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** Dispose it when the work is over: it holds a timer and listeners. */
export function openDeadline(clock: Clock, options: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const timer = clock.after(options.timeoutMs, () => controller.abort(options.timedOut()));
  const followed = options.signals.flatMap((signal) => {
    if (signal === undefined) return [];
    const follow = (): void => controller.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener("abort", follow, { once: true });
    return [{ signal, follow }];
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      for (const { signal, follow } of followed) signal.removeEventListener("abort", follow);
    },
  };
}
