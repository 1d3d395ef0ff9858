import type { CardState, ReplyEnd } from "@dingtalk-kit/protocol";

import { type CardContext, createCardCalls } from "./card-calls.ts";
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
  /** Sends no more frames but the last, and waits for the one under way. */
  rest(): Promise<void>;
  /** Puts the final text and closes the card. @returns how much of it fitted. @throws when the card refuses for good. */
  end(text: string, ending: ReplyEnd): Promise<number>;
  /** Tries to close a card that stopped working, with a short text. Does not throw. */
  abandon(text: string): Promise<void>;
}

const FINAL_RETRY: RetryRule = { attempts: 4, delayMs: 500 };
const UPDATE_RETRY: RetryRule = { attempts: 2, delayMs: 500 };
/** How long the end of a throttle is waited for before the last frame. */
const LONGEST_THROTTLE_MS = 15_000;

export interface DeliveredCard {
  readonly outTrackId: string;
  readonly carrierId: string | undefined;
  /** What it shows now. */
  readonly shown: string;
  /** An earlier run may have closed it: what DingTalk says to frames for such a card is not documented. */
  readonly mayBeClosed: boolean;
}

/** Drives a card. */
export function createLiveCard(delivered: DeliveredCard, context: CardContext): LiveCard {
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

  const finalFrame = async (ending: ReplyEnd): Promise<number> => {
    for (;;) {
      const { head, end } = window.fit(text);
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
      return end;
    }
  };

  /** The same without a frame. */
  const finalUpdate = async (ending: ReplyEnd): Promise<number> => {
    const { head, end } = window.fit(text);
    await calls.put(head, ending, UPDATE_RETRY);
    context.onShown(head.length);
    return end;
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
    rest: () => frames.stop(),
    async end(finalText, ending) {
      text = finalText;
      await frames.stop();
      if (lost !== undefined) throw lost.error;
      const waitMs = Math.min(frames.throttledUntilMs - clock.nowMs(), LONGEST_THROTTLE_MS);
      if (waitMs > 0) await clock.sleep(waitMs);
      try {
        const end = await finalFrame(ending);
        await calls.setState(ending);
        return end;
      } catch (error) {
        // Where it may show the whole answer, a message beside it would say that twice.
        const mayShowAll = delivered.mayBeClosed || (calls.mayBeClosed && !isWrongVariable(error));
        if (!mayShowAll) throw error;
        return finalUpdate(ending);
      }
    },
    abandon: (shortText) => calls.close(shortText, lost?.error),
  };
}
