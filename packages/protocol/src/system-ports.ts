import { randomUUID } from "node:crypto";

import type { Clock, Logger, Ports } from "./ports.ts";

/** Node fires a longer timer at once: its delay is a signed 32-bit number of milliseconds, almost 25 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const finish = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(delayMs, MAX_TIMER_MS));
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
    }),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMER_MS));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** A logger that drops every line: the default of every library here. */
export const silentLogger: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** The real clock and real randomness, and a silent log. */
export const systemPorts: Ports = {
  clock: systemClock,
  log: silentLogger,
  random: () => Math.random(),
  randomId: () => randomUUID(),
};

/** `ports` over {@link systemPorts}. */
export function fillPorts(ports: Partial<Ports> = {}): Ports {
  return { ...systemPorts, ...ports };
}
