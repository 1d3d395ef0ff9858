import type { JsonValue, MessageKey, MessageState } from "@dingtalk-kit/protocol";

/** A message as people look at it. Without its text. */
export interface InboxEntry extends MessageKey {
  readonly lane: string;
  readonly sender: string | undefined;
  readonly state: MessageState;
  readonly attempts: number;
  /** Why it was retried last, is dead, or was dropped. */
  readonly reason: string | undefined;
  readonly appendedAtMs: number;
  readonly endedAtMs: number | undefined;
}

export interface InboxMessage extends InboxEntry {
  /** `undefined` when it was erased or cannot be read. */
  readonly body: JsonValue | undefined;
}

export interface InboxCounts {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly dead: number;
  readonly dropped: number;
  /** Lanes in which a message waits or runs. */
  readonly lanes: number;
  /** When the message was appended that waits longest. */
  readonly oldestWaitingAtMs: number | undefined;
}

export interface InboxQuery {
  readonly state?: MessageState | undefined;
  readonly lane?: string | undefined;
  readonly sender?: string | undefined;
  readonly messageId?: string | undefined;
  /** In which order they were appended. @defaultValue "oldest" first */
  readonly order?: "oldest" | "newest" | undefined;
  /** @defaultValue 100 */
  readonly limit?: number | undefined;
  /** The `next` of the page before, in the same order. */
  readonly after?: string | undefined;
}

export interface InboxPage {
  readonly entries: readonly InboxEntry[];
  /** `undefined` on the last page. */
  readonly next: string | undefined;
}

/**
 * `requeued`: at the end of its lane, with all its attempts. `woken`: it waited for its retry and is ready now, or was
 * ready anyway. `erased`: its text is gone. A message that is done or running stays as it is.
 */
export type RequeueResult = "requeued" | "woken" | "running" | "done" | "erased" | "unknown";

export interface Purged {
  /** Messages that were forgotten, and would no longer be recognised as duplicates. */
  readonly messages: number;
  /** Messages whose text alone was removed. */
  readonly texts: number;
  /** State entries that had expired. */
  readonly entries: number;
}

export interface Erased {
  /** Messages whose text was removed, the dropped ones included. */
  readonly texts: number;
  /** Which ones those are, in the order they were appended: for what the caller keeps of them elsewhere. */
  readonly keys: readonly MessageKey[];
  /** Messages of this person that waited and were dropped. */
  readonly dropped: number;
  /** Messages that are claimed: end them, then erase again. */
  readonly running: number;
}

/** Looking at the messages. */
export interface InboxView {
  counts(): Promise<InboxCounts>;
  list(query?: InboxQuery): Promise<InboxPage>;
  show(key: MessageKey): Promise<InboxMessage | undefined>;
}

/** Looking after the messages: for a command line, and for keeping no more than one must. */
export interface Inbox extends InboxView {
  /** Gives a dead or dropped message another life, at the end of its lane; wakes one that waits for its retry. */
  requeue(key: MessageKey): Promise<RequeueResult>;
  /** Removes what is older than the retention options say, and state that has expired. Call it now and then. */
  purge(): Promise<Purged>;
  /**
   * Removes the text of a person's messages, also from free pages and the write-ahead log. Duplicates stay known.
   *
   * Whose messages they were is forgotten with it. So whoever keeps something of their own under their keys erases that
   * first (`list({ sender })`), and then what `keys` has besides: a crash in between leaves nothing behind.
   */
  erase(sender: string): Promise<Erased>;
}
