import type { CardPort, CardState, ReplyPort, SendReceipt, Target } from "@dingtalk-kit/protocol";

import type { CardTemplate } from "./template.ts";
import type { Language } from "./texts.ts";

export interface ReplyOptions {
  /** `card`: the answer grows in an AI card. `markdown`: it comes as Markdown messages when it is complete. */
  readonly mode: "card" | "markdown";
  readonly template: CardTemplate;
  /** Where the card goes. `undefined` when nobody can be addressed (a sender without staff id): Markdown it is, then. */
  readonly target: Target | undefined;
  readonly cards: CardPort;
  /** Takes Markdown messages: answers in Markdown mode, what a card cannot hold, and all when the card fails. */
  readonly messages: ReplyPort;
  /** Least time between two frames of a growing card, in milliseconds. The first text is never held back.
   *  @defaultValue 800 */
  readonly intervalMs?: number | undefined;
  /** Of our own few sentences. @defaultValue "zh" */
  readonly language?: Language | undefined;
  /** Called as things happen. What it throws is logged and ignored. */
  onEvent?(event: ReplyEvent): void;
}

export type ReplyEvent =
  | { readonly kind: "opened"; readonly outTrackId: string; readonly carrierId: string | undefined }
  /** The card took this much of the answer. */
  | { readonly kind: "shown"; readonly chars: number }
  /** The card was refused or stopped working; the answer will come as Markdown messages. */
  | { readonly kind: "card-lost"; readonly error: unknown }
  | { readonly kind: "closed"; readonly outcome: ReplyOutcome };

/** How a reply ended. */
export interface ReplyOutcome {
  /** What carries the answer, or its first part. */
  readonly route: "card" | "markdown";
  /** Our key of the card, if one was delivered, even when the answer then took the other route. */
  readonly outTrackId: string | undefined;
  /** DingTalk's id of the card's message: a quote of the card carries it as `processQueryKey`. */
  readonly carrierId: string | undefined;
  /** Messages sent, in order. Empty when the card held all. */
  readonly receipts: readonly SendReceipt[];
  /** FINISHED: the person sees the whole answer. FAILED: `fail` was called, or `error` says what did not arrive. */
  readonly state: "FINISHED" | "FAILED";
  /** DingTalk calls made through the ports, retries included. */
  readonly calls: number;
  /** Why the card could not be used, if it could not. */
  readonly cardError: unknown;
  /** Why (part of) the answer did not reach the person. `undefined` when all did. */
  readonly error: unknown;
}

/**
 * One answer to one message, from the first sign of life to its end. Nothing here throws or rejects: failures
 * are tolerated, repaired, or told to the person and reported in the outcome.
 */
export interface Reply {
  /** Where the answer stands. Moves forward only: NEW → PROCESSING → INPUTING → FINISHED or FAILED. */
  readonly state: CardState | "NEW";
  /** Delivers the card, once; later calls wait for the same. When DingTalk refuses it, this reply goes on in Markdown. */
  open(): Promise<void>;
  /** `text` is the whole answer so far. Opens the card if need be. Without effect once `finish` or `fail` was called. */
  update(text: string): void;
  /** Shows what the agent is doing, until there is text of the answer. Not shown in Markdown mode. */
  note(line: string): void;
  /**
   * Ends the answer with `text`, the whole of it; what is longer than a card follows in messages.
   * Blank text keeps what was shown so far, or else says that the model returned no text.
   * Idempotent: the first `finish` or `fail` decides, later calls get its outcome.
   */
  finish(text: string): Promise<ReplyOutcome>;
  /** Ends the answer visibly as failed: what there is of it, then `reason`. */
  fail(reason: string): Promise<ReplyOutcome>;
}
