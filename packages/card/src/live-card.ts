import type { CardState } from "@dingtalk-kit/protocol";

import { type CardContext, createCardCalls, type Ending } from "./card-calls.ts";
import { createCardWindow } from "./card-window.ts";
import { isWrongVariable } from "./failure.ts";
import { createFrameLoop } from "./frame-loop.ts";
import type { RetryRule } from "./port-calls.ts";

/** One delivered card, and the only one who calls its port. */
export interface LiveCard {
  readonly outTrackId: string;
  readonly carrierId: string | undefined;
  /** Until it ends. How a reply ended is the reply's to say: messages may follow the card. */
  readonly state: Extract<CardState, "PROCESSING" | "INPUTING">;
  /** Wants `text` to be seen; the latest wins. `atOnce` passes the interval. */
  show(text: string, atOnce: boolean): void;
  /** Puts the final text and closes the card. @returns what did not fit. @throws when the card refuses for good. */
  end(text: string, ending: Ending): Promise<string>;
  /** Tries to close a card that stopped working, with a short text. Does not throw. */
  abandon(text: string): Promise<void>;
}

const FINAL_RETRY: RetryRule = { attempts: 4, delayMs: 500 };
/** How long the end of a throttle is waited for before the last frame. */
const LONGEST_THROTTLE_MS = 15_000;

/** Drives a card that shows `shown` now. */
export function createLiveCard(
  delivered: { readonly outTrackId: string; readonly carrierId: string | undefined; readonly shown: string },
  context: CardContext,
): LiveCard {
  const { clock } = context.ports;
  const calls = createCardCalls(delivered.outTrackId, context);
  const window = createCardWindow(context.template.maxChars);
  let state: LiveCard["state"] = "PROCESSING";
  let text = "";
  let lost: { readonly error: unknown } | undefined;

  const frames = createFrameLoop({
    intervalMs: context.intervalMs,
    shown: delivered.shown,
    clock,
    send: (frame) => calls.grow(frame),
    withdraw: () => calls.withdraw(),
    onShown(content) {
      state = "INPUTING";
      context.onShown(content.length);
    },
    onRefused(error) {
      if (window.shrinkAfter(error)) return window.fit(text).head;
      lost = { error };
      context.onLost(error);
      return undefined;
    },
  });

  const finalFrame = async (ending: Ending): Promise<string> => {
    for (;;) {
      const { head, rest } = window.fit(text);
      const callsBefore = context.calls.count;
      try {
        await calls.finalize(head, ending, FINAL_RETRY);
      } catch (error) {
        if (window.shrinkAfter(error)) continue;
        // The card took frames before, an attempt failed in passing, and now it takes none: that attempt had closed it.
        const repeated = context.calls.count - callsBefore > 1;
        if (!(repeated && state === "INPUTING" && isWrongVariable(error))) throw error;
      }
      context.onShown(head.length);
      return rest;
    }
  };

  return {
    outTrackId: delivered.outTrackId,
    carrierId: delivered.carrierId,
    get state() {
      return state;
    },
    show(wanted, atOnce) {
      text = wanted;
      frames.want(window.fit(text).head, atOnce);
    },
    async end(finalText, ending) {
      text = finalText;
      await frames.stop();
      if (lost !== undefined) throw lost.error;
      const waitMs = Math.min(frames.throttledUntilMs - clock.nowMs(), LONGEST_THROTTLE_MS);
      if (waitMs > 0) await clock.sleep(waitMs);
      const rest = await finalFrame(ending);
      await calls.setState(ending);
      return rest;
    },
    abandon: (shortText) => calls.close(shortText, lost?.error),
  };
}
