import type { Ports } from "@dingtalk-kit/protocol";

import { createCallPacer } from "./call-pacer.ts";
import type { CallPacer } from "./call-pacer.ts";
import type { RateSlot } from "./rate-window.ts";
import type { PassRequest } from "./call-queue.ts";

/** One call's way through the limiter. Its sequence is its own until it is disposed, between two attempts too. */
export interface Pass extends Disposable {
  /**
   * Waits until the call may be made; before it is repeated, again.
   *
   * @returns false when a later call of the sequence took its place, or it was withdrawn: then it must not be made.
   * @throws RateLimitError when DingTalk throttles this API for longer than a call should wait. Aborting throws the reason.
   */
  begin(signal?: AbortSignal): Promise<boolean>;
  /** The attempt has ended, with this error if it failed. */
  end(error?: unknown): void;
}

/** Paces the calls of one API for one app. */
export interface CallLimiter {
  setRate(ratePerSecond: number): void;
  enter(request: PassRequest): Pass;
  /** Drops what waits in `sequence` and may be replaced. @returns whether there was any. */
  withdraw(sequence: string): boolean;
}

function createPass(pacer: CallPacer, request: PassRequest): Pass {
  /** Whether the sequence is ours. While a repetition waits it is nobody's: the queue keeps our place. */
  let holding = false;
  let slot: RateSlot | undefined;
  return {
    async begin(signal) {
      signal?.throwIfAborted();
      pacer.requireShortPause();
      const again = holding;
      holding = false;
      slot = await pacer.wait({ request, again, signal });
      holding = slot !== undefined;
      return holding;
    },
    end(error) {
      if (slot !== undefined) pacer.ended(slot, error);
    },
    [Symbol.dispose]() {
      if (holding) pacer.leave(request.sequence);
      holding = false;
    },
  };
}

export function createCallLimiter(api: string, ratePerSecond: number, ports: Ports): CallLimiter {
  const pacer = createCallPacer(api, ratePerSecond, ports);
  return {
    enter: (request) => createPass(pacer, request),
    withdraw: (sequence) => pacer.withdraw(sequence),
    setRate: (rate) => pacer.setRate(rate),
  };
}
