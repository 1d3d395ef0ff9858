import type { Ports } from "@dingtalk-kit/protocol";

import { createCallPacer } from "./call-pacer.ts";
import type { CallPacer } from "./call-pacer.ts";
import type { RateSlot } from "./rate-window.ts";
import type { TurnRequest } from "./turn-queue.ts";

/** One call's way through the limiter. Its lane is its own until it is disposed, between two attempts too. */
export interface Turn extends Disposable {
  /**
   * Waits until the call may be made; before it is repeated, again.
   *
   * @returns false when a later call of the lane took its place, or it was withdrawn: then it must not be made.
   * @throws RateLimitError when DingTalk throttles this API for longer than a call should wait. Aborting throws the reason.
   */
  begin(signal?: AbortSignal): Promise<boolean>;
  /** The attempt has ended, with this error if it failed. */
  end(error?: unknown): void;
}

/** Paces the calls of one API for one app. */
export interface CallLimiter {
  setRate(ratePerSecond: number): void;
  enter(request: TurnRequest): Turn;
  /** Drops what waits in `lane` and may be replaced. @returns whether there was any. */
  withdraw(lane: string): boolean;
}

function createTurn(pacer: CallPacer, request: TurnRequest): Turn {
  /** Whether the lane is ours. While a repetition waits it is nobody's: the queue keeps our place. */
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
      if (holding) pacer.leave(request.lane);
      holding = false;
    },
  };
}

export function createCallLimiter(api: string, ratePerSecond: number, ports: Ports): CallLimiter {
  const pacer = createCallPacer(api, ratePerSecond, ports);
  return {
    enter: (request) => createTurn(pacer, request),
    withdraw: (lane) => pacer.withdraw(lane),
    setRate: (rate) => pacer.setRate(rate),
  };
}
