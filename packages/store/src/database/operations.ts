import type { Erased, InboxCounts, InboxEntry, Purged, RequeueResult } from "../inbox.ts";
import type { AppendResult, DropResult, LaneMessage, MessageKey, MessageState } from "@dingtalk-kit/protocol";

/** What bounds the lanes. Fixed while the store is open. */
export interface LaneLimits {
  readonly maxLaneDepth: number;
  readonly maxDepth: number;
  readonly maxAttempts: number;
}

/** Time comes from the caller's clock, so that there is one clock. */
interface Timed {
  readonly nowMs: number;
}

/** Texts are JSON here: written and read once, on the caller's side. */
export interface RawMessage extends Omit<LaneMessage, "body"> {
  readonly body: string;
}

/** A claim: which row, and which of its claims. */
export interface ClaimId {
  readonly seq: number;
  readonly fence: number;
}

export interface RawClaim extends MessageKey, ClaimId {
  readonly lane: string;
  readonly sender: string | undefined;
  readonly body: string | undefined;
  readonly attempt: number;
  readonly appendedAtMs: number;
}

export interface RawClaims {
  readonly claims: readonly RawClaim[];
  /** When the next lane wakes that waits for a retry. */
  readonly nextWakeAtMs: number | undefined;
}

export interface RawEntry extends InboxEntry {
  readonly seq: number;
  readonly body: string | undefined;
}

export interface RawQuery {
  readonly state?: MessageState | undefined;
  readonly lane?: string | undefined;
  readonly sender?: string | undefined;
  readonly messageId?: string | undefined;
  readonly newestFirst: boolean;
  /** `undefined` for the first page. */
  readonly afterSeq: number | undefined;
  readonly limit: number;
}

export interface RawState {
  readonly key: string;
  readonly value: string;
  readonly version: string;
  readonly expiresAtMs: number | undefined;
}

/** How the database is set, as it says itself. */
export interface Settings {
  readonly sqliteVersion: string;
  readonly journalMode: string;
  /** `2` is FULL. @see https://www.sqlite.org/pragma.html#pragma_synchronous */
  readonly synchronous: number;
}

interface StateKey extends Timed {
  readonly namespace: string;
  readonly key: string;
}

/** What the worker thread can be asked for: input and output by name. Everything in it can be cloned to a thread. */
export interface Operations {
  append(input: Timed & { readonly message: RawMessage }): AppendResult;
  claim(input: Timed & { readonly limit: number; readonly lane?: string | undefined }): RawClaims;
  end(input: Timed & ClaimId & { readonly state: "done" | "dead"; readonly reason?: string }): boolean;
  putBack(
    input: Timed &
      ClaimId & { readonly delayMs: number; readonly reason?: string; readonly countsAsAttempt: boolean },
  ): boolean;
  drop(input: Timed & { readonly key: MessageKey; readonly reason: string }): DropResult;
  dropWaiting(input: Timed & { readonly lane: string; readonly reason: string }): readonly MessageKey[];
  counts(input: Timed): InboxCounts;
  list(input: RawQuery): readonly RawEntry[];
  show(input: MessageKey): RawEntry | undefined;
  requeue(input: Timed & { readonly key: MessageKey }): RequeueResult;
  purge(input: Timed & Retention): Purged;
  erase(input: Timed & { readonly sender: string }): Erased;
  getState(input: StateKey): RawState | undefined;
  setState(
    input: StateKey & {
      readonly expectedVersion: string | undefined;
      readonly value: string;
      readonly expiresAtMs: number | undefined;
    },
  ): string | undefined;
  deleteState(input: StateKey & { readonly expectedVersion: string | undefined }): boolean;
  settings(input: object): Settings;
  scanState(
    input: Timed & {
      readonly namespace: string;
      readonly from: string;
      readonly inclusive: boolean;
      readonly limit: number;
    },
  ): readonly RawState[];
}

/** How much is purged at most in one call, and until when things are kept. */
export interface Retention {
  readonly doneBeforeMs: number;
  readonly deadBeforeMs: number;
  readonly textBeforeMs: number;
  readonly limit: number;
}
