import { RateLimitError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { createRateWindow } from "./rate-window.ts";
import type { RateSlot } from "./rate-window.ts";
import { neverSent } from "./repeat-reason.ts";
import { createCallQueue } from "./call-queue.ts";
import type { PassRequest, Waiting } from "./call-queue.ts";

export interface PlaceInLine {
  readonly request: PassRequest;
  /** For the repetition of a call that still has its sequence. */
  readonly again: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Lets the calls of one API leave one by one, and less after a throttle. */
export interface CallPacer {
  setRate(ratePerSecond: number): void;
  /** @throws RateLimitError when DingTalk throttles this API for longer than a call should wait. */
  requireShortPause(): void;
  /** Waits for a turn. @returns `undefined` when the call was replaced or withdrawn. */
  wait(place: PlaceInLine): Promise<RateSlot | undefined>;
  /** The call is over, with this error if it failed. Its sequence stays its own until {@link CallPacer.leave}. */
  ended(slot: RateSlot, error: unknown): void;
  leave(sequence: string): void;
  withdraw(sequence: string): boolean;
}

interface Waiter extends Waiting {
  granted(slot: RateSlot): void;
  refused(reason: unknown): void;
}

function createWaiter(request: PassRequest): Waiter & { readonly granting: Promise<RateSlot | undefined> } {
  const { promise, resolve, reject } = Promise.withResolvers<RateSlot | undefined>();
  return {
    request,
    granting: promise,
    granted: resolve,
    replaced: () => resolve(undefined),
    refused: reject,
  };
}

/** Nobody waits longer than this for a throttle to end: replies have another way. */
const LONGEST_PAUSE_MS = 15_000;

export function createCallPacer(api: string, ratePerSecond: number, { clock, log }: Ports): CallPacer {
  const queue = createCallQueue<Waiter>();
  const window = createRateWindow(ratePerSecond);
  let throttledBy: unknown;
  let timer: Disposable | undefined;

  const pump = (): void => {
    timer?.[Symbol.dispose]();
    timer = undefined;
    for (let next = queue.next; next !== undefined; next = queue.next) {
      const nowMs = clock.nowMs();
      const atMs = window.nextAtMs(nowMs, next === "patient");
      if (atMs > nowMs) {
        timer = clock.after(atMs - nowMs, pump);
        return;
      }
      queue.take()?.granted(window.begin(nowMs));
    }
  };
  const longPause = (): RateLimitError | undefined => {
    const retryAfterMs = window.pausedUntilMs - clock.nowMs();
    if (retryAfterMs <= LONGEST_PAUSE_MS) return undefined;
    const message = `DingTalk throttled ${api}: it is not called again for ${retryAfterMs} ms`;
    return new RateLimitError(message, { status: 403, retryAfterMs, cause: throttledBy });
  };
  const throttled = (error: RateLimitError, beganAtMs: number): void => {
    throttledBy = error;
    const { retryAfterMs, platformCode } = error;
    if (window.throttled(clock.nowMs(), beganAtMs, retryAfterMs)) {
      log.warn("DingTalk throttles an API: calling it less for a while", { api, platformCode, retryAfterMs });
    }
    const pause = longPause();
    if (pause === undefined) return;
    for (const waiter of queue.clear()) waiter.refused(pause);
  };

  return {
    requireShortPause() {
      const pause = longPause();
      if (pause !== undefined) throw pause;
    },
    async wait({ request, again, signal }) {
      const waiter = createWaiter(request);
      const abort = (): void => {
        queue.remove(waiter);
        pump();
        waiter.refused(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      queue.push(waiter, again);
      pump();
      try {
        return await waiter.granting;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    ended(slot, error) {
      const unused = neverSent(error);
      if (unused) slot.unused();
      else slot.answered(clock.nowMs());
      if (!unused && error instanceof RateLimitError) throttled(error, slot.beganAtMs);
      pump();
    },
    leave(sequence) {
      queue.leave(sequence);
      pump();
    },
    withdraw(sequence) {
      const withdrawn = queue.withdraw(sequence);
      pump();
      return withdrawn;
    },
    setRate(rate) {
      window.ratePerSecond = rate;
    },
  };
}
