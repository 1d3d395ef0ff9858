import type { StatePort } from "@dingtalk-kit/protocol";

import { createQuotaBook } from "./quota-book.ts";
import type { QuotaBookContext } from "./quota-book.ts";

/** What one app spent of its monthly quota, as far as those who share the state know. */
export interface QuotaUsage {
  /** Calendar month in China, such as `2026-11`. */
  readonly month: string;
  /** OpenAPI calls, without token calls and without those that DingTalk throttled. */
  readonly calls: number;
  /** What DingTalk pushed. */
  readonly deliveries: number;
  /**
   * When DingTalk last refused a call of this process because the corp's calls of the month are used up; milliseconds
   * since 1970. `undefined` once it has granted one again.
   */
  readonly refusedAtMs: number | undefined;
}

/** Counts what DingTalk bills: standard edition has 5,000 calls and 3,000 deliveries a month for the whole corp. */
export interface QuotaMeter {
  /** This month so far. @throws what the state throws. */
  usage(): Promise<QuotaUsage>;
  /** To be called for each frame or request that DingTalk pushed: robot message, card action, event. */
  countDelivery(): void;
  /**
   * Keeps the counts in `state` until disposed, in place of any other; what was counted before is added to it. Disposing
   * stores what was counted last, and counting goes on in memory.
   */
  keepIn(state: StatePort): AsyncDisposable;
  /** Calls `listener` with this month's sum now, if it is known, and whenever it has changed. */
  watch(listener: (usage: QuotaUsage) => void): Disposable;
}

/** What DingTalk said to a call. */
export type CallVerdict = "granted" | "failed" | "over-quota";

/** The meter as those see it who make the calls. */
export interface CallMeter extends QuotaMeter {
  countCall(verdict: CallVerdict): void;
  /** Waits until what was counted is stored, or could not be. */
  flush(): Promise<void>;
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

function monthOf(nowMs: number): string {
  return new Date(nowMs + CHINA_OFFSET_MS).toISOString().slice(0, 7);
}

export function createQuotaMeter(context: QuotaBookContext): CallMeter {
  const { clock } = context.ports;
  const listeners = new Set<(usage: QuotaUsage) => void>();
  let refusedAtMs: number | undefined;

  const thisMonth = (): string => monthOf(clock.nowMs());
  const usage = (): QuotaUsage => {
    const month = thisMonth();
    const { calls, deliveries } = book.known(month) ?? { calls: 0, deliveries: 0 };
    return { month, calls, deliveries, refusedAtMs };
  };
  const book = createQuotaBook(context, () => {
    for (const listener of listeners) listener(usage());
  });

  return {
    flush: () => book.flush(),
    countCall(verdict) {
      if (verdict === "granted") refusedAtMs = undefined;
      if (verdict === "over-quota") refusedAtMs = clock.nowMs();
      book.add(thisMonth(), { calls: 1, deliveries: 0 });
    },
    countDelivery: () => book.add(thisMonth(), { calls: 0, deliveries: 1 }),
    async usage() {
      await book.flush();
      await book.read(thisMonth());
      return usage();
    },
    keepIn: (state) => book.keepIn(state, thisMonth()),
    watch(listener) {
      listeners.add(listener);
      if (book.known(thisMonth()) !== undefined) listener(usage());
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
