import type { Clock } from "@dingtalk-kit/protocol";

/** Timers that end together with their owner. */
export interface Timers extends Disposable {
  after(delayMs: number, run: () => void): Disposable;
  /** Calls `run` every `intervalMs` until disposed. */
  every(intervalMs: number, run: () => void): Disposable;
}

export function createTimers(clock: Clock): Timers {
  const live = new Set<Disposable>();
  let closed = false;
  const after = (delayMs: number, run: () => void): Disposable => {
    if (closed) return { [Symbol.dispose]: () => undefined };
    const timer = clock.after(delayMs, () => {
      live.delete(handle);
      run();
    });
    const handle: Disposable = {
      [Symbol.dispose]: () => {
        live.delete(handle);
        timer[Symbol.dispose]();
      },
    };
    live.add(handle);
    return handle;
  };
  const every = (intervalMs: number, run: () => void): Disposable => {
    let current: Disposable;
    let stopped = false;
    const arm = (): void => {
      current = after(intervalMs, () => {
        run();
        if (!stopped) arm();
      });
    };
    arm();
    return {
      [Symbol.dispose]: () => {
        stopped = true;
        current[Symbol.dispose]();
      },
    };
  };
  return {
    after,
    every,
    [Symbol.dispose]: () => {
      closed = true;
      for (const timer of live) timer[Symbol.dispose]();
    },
  };
}
