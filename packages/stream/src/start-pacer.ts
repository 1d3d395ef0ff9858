import { ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

/** Spreads the opening of connections over time, for all clients that share it. */
export interface StartPacer {
  /** Resolves when it is the caller's turn, first come, first served. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>;
}

export interface StartPacerOptions {
  /** Connections opened per second. @defaultValue 5 */
  readonly opensPerSecond?: number | undefined;
}

/** A tenth more than a second for so many: what leaves in order arrives with jitter. */
const MARGIN_MS = 100;

/**
 * Has a timer only while somebody waits.
 *
 * @throws ConfigError when `opensPerSecond` is not above 0.
 */
export function createStartPacer(options: StartPacerOptions = {}, ports: Partial<Ports> = {}): StartPacer {
  const { clock } = fillPorts(ports);
  const { opensPerSecond = 5 } = options;
  if (!(opensPerSecond > 0)) throw new ConfigError(`opensPerSecond must be above 0, not ${opensPerSecond}`);
  const spacingMs = Math.ceil((1_000 + MARGIN_MS) / opensPerSecond);
  const waiting = new Set<() => void>();
  let grantedAtMs = -Infinity;
  let timer: Disposable | undefined;

  const serve = (): void => {
    timer = undefined;
    const [next] = waiting;
    if (next === undefined) return;
    const sinceMs = clock.nowMs() - grantedAtMs;
    // A clock that was set back does not make anybody wait longer.
    const waitMs = sinceMs < 0 ? spacingMs : spacingMs - sinceMs;
    if (waitMs > 0) {
      if (sinceMs < 0) grantedAtMs = clock.nowMs();
      timer = clock.after(Math.ceil(waitMs), serve);
      return;
    }
    grantedAtMs = clock.nowMs();
    waiting.delete(next);
    next();
    serve();
  };

  return {
    turn: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const abort = (): void => {
          waiting.delete(granted);
          if (waiting.size === 0) {
            timer?.[Symbol.dispose]();
            timer = undefined;
          }
          reject(signal.reason);
        };
        const granted = (): void => {
          signal.removeEventListener("abort", abort);
          resolve();
        };
        signal.addEventListener("abort", abort, { once: true });
        waiting.add(granted);
        if (timer === undefined) serve();
      }),
  };
}

/** Shared by every client of this process that is given no other. */
export const processPacer: StartPacer = createStartPacer();
