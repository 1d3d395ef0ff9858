import { isTooLarge } from "./failure.ts";
import { headOf } from "./split-markdown.ts";
import { LEAST_LIMIT } from "./text-limits.ts";

/** How much of a text one card shows. */
export interface CardWindow {
  /** The part of `text` that the card shows, and where it ends: the rest is left for messages. */
  fit(text: string): { readonly head: string; readonly end: number };
  /** Halves the window when `error` says that a frame was too large. @returns whether a smaller frame may be tried. */
  shrinkAfter(error: unknown): boolean;
}

/** DingTalk publishes no bound for "content is too large": the window starts at `maxChars` and is halved on refusal. */
export function createCardWindow(maxChars: number): CardWindow {
  let limit = maxChars;
  return {
    fit: (text) => headOf(text, { maxChars: limit, maxBytes: Number.MAX_SAFE_INTEGER }),
    shrinkAfter(error) {
      if (!isTooLarge(error) || limit / 2 < LEAST_LIMIT) return false;
      limit = Math.floor(limit / 2);
      return true;
    },
  };
}
