import type { Clock } from "@dingtalk-kit/protocol";

/** Fires when a time limit passes or when one of the owners' signals does, whichever comes first. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Begins a phase with a limit of its own, in place of the phase before. `timedOut` makes the reason. */
  enter(timeoutMs: number, timedOut: () => Error): void;
}

export interface DeadlineOptions {
  readonly timeoutMs: number;
  /** Makes the reason when the limit passes. */
  timedOut(): Error;
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** Dispose it when the work is over: it holds timers and listeners. */
export function openDeadline(clock: Clock, options: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const timer = clock.after(options.timeoutMs, () => controller.abort(options.timedOut()));
  let phase: Disposable | undefined;
  let over = false;
  const followed = options.signals.flatMap((signal) => {
    if (signal === undefined) return [];
    const follow = (): void => controller.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener("abort", follow, { once: true });
    return [{ signal, follow }];
  });
  return {
    signal: controller.signal,
    enter(timeoutMs, timedOut) {
      phase?.[Symbol.dispose]();
      // What still happens to work that is over must not leave a timer behind.
      if (!over) phase = clock.after(timeoutMs, () => controller.abort(timedOut()));
    },
    [Symbol.dispose]() {
      over = true;
      timer[Symbol.dispose]();
      phase?.[Symbol.dispose]();
      for (const { signal, follow } of followed) signal.removeEventListener("abort", follow);
    },
  };
}
