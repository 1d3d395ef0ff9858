import type { MessageKey, RobotMessage } from "@dingtalk-kit/protocol";

import type { TurnJournal } from "./turn-journal.ts";
import type { TurnOutcome } from "./turn-record.ts";

/**
 * Why a turn is to end early: the person said `stopped`, or took the message back (`recalled`); nothing was heard of the
 * agent for too long (`silent`); or the turns are `closing`, and the next process goes on with the message.
 */
export type StopReason = "stopped" | "recalled" | "silent" | "closing";

/** One message that is being answered. */
export interface Turn {
  readonly key: MessageKey;
  /** Lane of its conversation. */
  readonly lane: string;
  readonly message: RobotMessage;
  /** 1 the first time; more after a failure or a crash. */
  readonly attempt: number;
  /** No attempt is left: say so to the person, and return. The message then becomes a dead letter. */
  readonly exhausted: boolean;
  readonly appendedAtMs: number;
  readonly journal: TurnJournal;
  /** Aborts when the turn is to end early; {@link stopReason} says why. */
  readonly signal: AbortSignal;
  readonly stopReason: StopReason | undefined;
  /** The agent gave a sign of life. Costs nothing: may be called for each word. */
  heard(): void;
}

/**
 * What became of a run: `finished`, with what the person saw; `retry`, after a while and in its place, when a failure may
 * heal; `dead`, for good, because no retry would help; `release`, so that the next process goes on with it.
 */
export type TurnResult =
  | { readonly kind: "finished"; readonly outcome: TurnOutcome }
  | {
      readonly kind: "retry";
      readonly reason: string;
      readonly countsAsAttempt?: boolean | undefined;
      /** How long it and its lane wait, in milliseconds. @defaultValue the store's, longer after each attempt */
      readonly delayMs?: number | undefined;
    }
  | { readonly kind: "dead"; readonly reason: string }
  | { readonly kind: "release" };
