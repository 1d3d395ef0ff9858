export interface RetryDelayOptions {
  readonly firstRetryDelayMs: number;
  readonly maxRetryDelayMs: number;
}

/**
 * How long to wait after this failed attempt (1 is the first): doubles each time up to a limit, then half of it to all of
 * it by chance, so that what failed together does not come back together.
 *
 * @param random - in [0, 1).
 */
export function retryDelayMs(attempt: number, options: RetryDelayOptions, random: number): number {
  const doubled = options.firstRetryDelayMs * 2 ** Math.min(attempt - 1, 30);
  const delay = Math.min(options.maxRetryDelayMs, doubled);
  return Math.round(delay / 2 + (delay / 2) * random);
}
