import type { Clock } from "@dingtalk-kit/protocol";

/** A manual clock that can also be late: for event loops that were blocked and laptops that slept. */
export interface LateClock extends Clock {
  /** Moves time on, firing each due timer at its own moment, and lets sockets and promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** A blocked event loop: time passes, nothing is read, and then every timer that is due fires late, at once. */
  block(byMs: number): void;
  /** A sleeping machine: the wall clock jumps, timers still have to run their time. */
  sleepMachine(byMs: number): void;
  readonly pending: number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createLateClock(startMs = 1_767_225_600_000): LateClock {
  // What timers count, and by how much the wall clock is ahead of it.
  let runMs = 0;
  let wallMs = startMs;
  const timers = new Set<Timer>();
  const due = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  const fire = (timer: Timer): void => {
    timers.delete(timer);
    timer.run();
  };
  const after = (delayMs: number, run: () => void): Disposable => {
    const timer: Timer = { atMs: runMs + Math.max(0, delayMs), run };
    timers.add(timer);
    return { [Symbol.dispose]: () => void timers.delete(timer) };
  };
  return {
    nowMs: () => wallMs + runMs,
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
      const endMs = runMs + byMs;
      await settle();
      for (let timer = due(endMs); timer !== undefined; timer = due(endMs)) {
        runMs = Math.max(runMs, timer.atMs);
        fire(timer);
        await settle();
      }
      runMs = endMs;
      await settle();
    },
    block(byMs) {
      runMs += byMs;
      const late = [...timers].filter(({ atMs }) => atMs <= runMs).toSorted((a, b) => a.atMs - b.atMs);
      for (const timer of late) if (timers.has(timer)) fire(timer);
    },
    sleepMachine(byMs) {
      wallMs += byMs;
    },
    get pending() {
      return timers.size;
    },
  };
}
