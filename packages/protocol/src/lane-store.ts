import type { JsonValue } from "./state-port.ts";

/** Names one message for good: a message id alone is unique only within one robot. */
export interface MessageKey {
  readonly robotCode: string;
  /** DingTalk's `msgId`. Not the frame id, which may change on redelivery. */
  readonly messageId: string;
}

/** A message as it is handed in. */
export interface LaneMessage extends MessageKey {
  /** Messages of one lane are claimed in the order they were appended, one at a time. */
  readonly lane: string;
  /** Comes back with the claim, as a copy. */
  readonly body: JsonValue;
  /** Whose message it is, so that a person can be erased. */
  readonly sender?: string | undefined;
}

/**
 * Where a message is: `waiting` in its lane, `running` while it is claimed; `done`; `dead` after too many attempts or
 * for a reason that no retry mends; `dropped` on somebody's wish.
 */
export type MessageState = "waiting" | "running" | "done" | "dead" | "dropped";

/** What became of an append. `duplicate` is the state of the message that came before; it may be acknowledged. */
export type AppendResult =
  | { readonly kind: "appended" }
  | { readonly kind: "duplicate"; readonly state: MessageState }
  | { readonly kind: "full"; readonly limit: "lane" | "store"; readonly depth: number };

/** A message that is ours to work on, until it is finished, retried, released or dead. */
export interface ClaimedMessage extends LaneMessage {
  /** 1 the first time. Counted when claimed, so that a message that kills the process is counted too. */
  readonly attempt: number;
  /** No attempt is left: tell the person why, then call `deadLetter`. */
  readonly exhausted: boolean;
  readonly appendedAtMs: number;
  /** Proves this claim against a later one of the same message. */
  readonly claim: string;
}

export interface ClaimOptions {
  /** Stops the waiting. What is claimed already is still handed out. */
  readonly signal?: AbortSignal | undefined;
  /** `false`: answers at once, if need be with an empty list. @defaultValue true */
  readonly wait?: boolean | undefined;
  /** Only the first message of this lane. @defaultValue the lanes that have been ready longest */
  readonly lane?: string | undefined;
}

export interface RetryOptions {
  /** Kept beside the message, for the inbox. No message text, no secrets. */
  readonly reason: string;
  /** @defaultValue a delay that doubles with each attempt, with jitter */
  readonly delayMs?: number | undefined;
  /** `false` gives the attempt back: for a failure that is not the message's fault, such as throttling. */
  readonly countsAsAttempt?: boolean | undefined;
}

/**
 * `waiting`: first in its lane again, not before `readyAtMs`. `exhausted`: nothing was changed, the message is still
 * claimed; tell the person, then call `deadLetter`. `lost`: this claim holds no longer.
 */
export type RetryResult =
  | { readonly kind: "waiting"; readonly readyAtMs: number }
  | { readonly kind: "exhausted" }
  | { readonly kind: "lost" };

/** `running`: the owner of the claim has to stop it. `ended`: done, dead or dropped before. */
export type DropResult = "dropped" | "running" | "ended" | "unknown";

/**
 * Durable lanes: what `append` has answered survives the process. Each message is worked on at least once, in the order
 * of its lane, never two of one lane at a time; a message that was appended before is recognised.
 *
 * Each call is on disk before it resolves, and calls are committed in the order they were made. A call that rejects has
 * changed nothing; `StoreError` says why.
 */
export interface LaneStore {
  /** Puts a message at the end of its lane. Acknowledge to DingTalk only after this has resolved. */
  append(message: LaneMessage): Promise<AppendResult>;
  /**
   * Claims the first message of up to `limit` lanes, the lane that has been ready longest first. Waits until there is at
   * least one; an empty list says that the lanes are draining or closed, or that `wait` was false.
   */
  claim(limit: number, options?: ClaimOptions): Promise<readonly ClaimedMessage[]>;
  /** The message is done. @returns false when this claim holds no longer. */
  finish(claimed: ClaimedMessage): Promise<boolean>;
  /** Puts the message back in its place: the lane waits for it, other lanes do not. */
  retry(claimed: ClaimedMessage, options: RetryOptions): Promise<RetryResult>;
  /** Puts the message back in its place as if it had not been claimed. @returns false when the claim holds no longer. */
  release(claimed: ClaimedMessage): Promise<boolean>;
  /** Sets the message aside with a reason, and the lane goes on. @returns false when this claim holds no longer. */
  deadLetter(claimed: ClaimedMessage, reason: string): Promise<boolean>;
  /** Drops one message that waits. */
  drop(key: MessageKey, reason: string): Promise<DropResult>;
  /** Drops all that waits in a lane, but not the message that is running. @returns what was dropped, in order. */
  dropWaiting(lane: string, reason: string): Promise<readonly MessageKey[]>;
  /**
   * Hands out no more messages and waits until those that are claimed have ended, at most `budgetMs`. Appending goes on.
   * @returns whether all have ended; if not, stop the rest and release them.
   */
  drain(budgetMs: number): Promise<boolean>;
}
