export interface ReconnectOptions {
  readonly maxConnectionAttempts: number;
  readonly initialReconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly reconnectJitter: number;
}

/** Failures in a row, and whether they were reported. */
export interface FailureStreak {
  readonly failures: number;
  readonly alerted: boolean;
}

export const NO_FAILURES: FailureStreak = { failures: 0, alerted: false };

/** A connection that lived this long ends a streak of failures. */
export const STABLE_AFTER_MS = 60_000;

export interface Retry {
  readonly streak: FailureStreak;
  readonly delayMs: number;
  /** True once per streak. */
  readonly alert: boolean;
}

/**
 * `min(initial × 2^attempt, max) × (1 ± jitter)`, with `attempt` counted from 0.
 *
 * @param random - in [0, 1).
 */
export function reconnectDelay(attempt: number, options: ReconnectOptions, random: number): number {
  const { initialReconnectDelayMs, maxReconnectDelayMs, reconnectJitter } = options;
  const plainMs = Math.min(initialReconnectDelayMs * 2 ** attempt, maxReconnectDelayMs);
  return Math.round(plainMs * (1 + reconnectJitter * (2 * random - 1)));
}

/**
 * What follows a failure. After `maxConnectionAttempts` in a row there is one alert, and retries go on at the longest
 * delay, for ever. A `fatal` failure (refused credentials) gets there at once.
 */
export function afterFailure(
  streak: FailureStreak,
  fatal: boolean,
  options: ReconnectOptions,
  random: number,
): Retry {
  const failures = streak.failures + 1;
  const hopeless = fatal || failures >= options.maxConnectionAttempts;
  const delayMs = hopeless
    ? reconnectDelay(Infinity, options, random)
    : reconnectDelay(streak.failures, options, random);
  return {
    streak: { failures, alerted: streak.alerted || hopeless },
    delayMs,
    alert: hopeless && !streak.alerted,
  };
}

/** A connection that lived long enough ends the streak; one that came and went leaves it. */
export function afterConnection(streak: FailureStreak, livedMs: number): FailureStreak {
  return livedMs >= STABLE_AFTER_MS ? NO_FAILURES : streak;
}
