/** A call that takes part of the rate until a second after it reached DingTalk. */
export interface RateSlot {
  readonly beganAtMs: number;
  /** The answer is here, so the call had arrived by then. */
  answered(nowMs: number): void;
  /** The call was not made after all. */
  unused(): void;
}

/**
 * When the next call of one API may leave, so that no second sees more than the rate at DingTalk's end. Knows the time
 * only by `nowMs`.
 */
export interface RateWindow {
  /** Calls a second, at most. */
  ratePerSecond: number;
  readonly pausedUntilMs: number;
  /** The earliest moment for the next call, as far as is known now. A patient one leaves room for those that are not. */
  nextAtMs(nowMs: number, patient: boolean): number;
  begin(nowMs: number): RateSlot;
  /**
   * DingTalk throttled a call that began at `beganAtMs`: nothing leaves for a while, and less after it, because somebody
   * else spends the same limit, or it is lower than we think.
   *
   * @returns whether that was news: calls that were under way together are throttled together.
   */
  throttled(nowMs: number, beganAtMs: number, retryAfterMs: number): boolean;
}

/** A second, and the fraction of a millisecond that clocks cut off. */
const WINDOW_MS = 1_001;
/** A call without an answer is taken to have arrived by then. A slow DingTalk would halve the rate otherwise. */
const LATEST_ARRIVAL_MS = 1_000;
/** Of the rate, kept from patient calls: growing cards come in bursts, and an end should not wait for a second behind. */
const RESERVE = 0.1;
/** After a throttle the rate is halved, and grows back by one call a second each second. */
const GROWTH_INTERVAL_MS = 1_000;

export function createRateWindow(ratePerSecond: number): RateWindow {
  /** Ends of the slots that are taken. */
  let taken: { freeAtMs: number }[] = [];
  let pausedUntilMs = 0;
  let reduced: { readonly toRate: number; readonly atMs: number } | undefined;

  const rateAt = (nowMs: number): number => {
    if (reduced === undefined) return self.ratePerSecond;
    const grown = reduced.toRate + Math.max(0, Math.floor((nowMs - reduced.atMs) / GROWTH_INTERVAL_MS));
    if (grown >= self.ratePerSecond) reduced = undefined;
    return Math.min(grown, self.ratePerSecond);
  };

  const self: RateWindow = {
    ratePerSecond,
    get pausedUntilMs() {
      return pausedUntilMs;
    },
    nextAtMs(nowMs, patient) {
      taken = taken.filter(({ freeAtMs }) => freeAtMs > nowMs);
      const rate = rateAt(nowMs);
      const excess = taken.length - (patient ? rate - Math.floor(rate * RESERVE) : rate);
      const ends = taken.map(({ freeAtMs }) => freeAtMs).toSorted((a, b) => a - b);
      return Math.max(nowMs, pausedUntilMs, ends[excess] ?? 0);
    },
    begin(nowMs) {
      const slot = { freeAtMs: nowMs + LATEST_ARRIVAL_MS + WINDOW_MS };
      taken.push(slot);
      return {
        beganAtMs: nowMs,
        answered(answeredAtMs) {
          slot.freeAtMs = Math.min(slot.freeAtMs, answeredAtMs + WINDOW_MS);
        },
        unused() {
          slot.freeAtMs = 0;
        },
      };
    },
    throttled(nowMs, beganAtMs, retryAfterMs) {
      const news = reduced === undefined || beganAtMs >= reduced.atMs;
      if (news) reduced = { toRate: Math.max(1, Math.floor(rateAt(nowMs) / 2)), atMs: nowMs + retryAfterMs };
      pausedUntilMs = Math.max(pausedUntilMs, nowMs + retryAfterMs);
      return news;
    },
  };
  return self;
}
