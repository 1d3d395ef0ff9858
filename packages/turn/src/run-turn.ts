import type {
  ClaimedMessage,
  LaneStore,
  MessageKey,
  Ports,
  RobotMessage,
  StatePort,
} from "@dingtalk-kit/protocol";

import { createInterruption } from "./interruption.ts";
import { messageOf } from "./kept-message.ts";
import { createPutAway } from "./put-away.ts";
import type { PutAway } from "./put-away.ts";
import { watchSilence } from "./silence-watch.ts";
import { openTurnJournal } from "./turn-journal.ts";
import type { TurnJournal } from "./turn-journal.ts";
import type { StopReason, Turn, TurnResult } from "./turn.ts";

export interface RunContext {
  readonly lanes: LaneStore;
  readonly state: StatePort;
  readonly ports: Ports;
  readonly run: (turn: Turn) => Promise<TurnResult>;
  readonly silenceLimitMs: number;
  readonly graceMs: number;
  readonly closingGraceMs: number;
  readonly keepRecordMs: number;
  readonly repeatUncertain: boolean;
  readonly giveUp: AbortSignal;
  readonly onDeadLetter: (key: MessageKey, reason: string) => void;
}

/** A turn that runs, as seen by those who may end it. */
export interface RunningTurn {
  readonly claimed: ClaimedMessage;
  /** Asks the turn to end. The first reason counts. */
  interrupt(reason: StopReason): void;
  /** Resolves when the message has left the hands of this process. Does not reject. */
  readonly ended: Promise<void>;
}

/** Takes a claimed message through `run` to its end in the store. */
export function startTurn(claimed: ClaimedMessage, context: RunContext): RunningTurn {
  const { clock, log } = context.ports;
  const interruption = createInterruption(clock);
  const { messageId } = claimed;

  const run = async (
    message: RobotMessage,
    journal: TurnJournal,
    exhausted: boolean,
  ): Promise<TurnResult> => {
    using watch = watchSilence(clock, context.silenceLimitMs, () => interruption.interrupt("silent"));
    journal.note("claimed", `attempt ${claimed.attempt}`);
    const turn = describeTurn({
      claimed,
      message,
      journal,
      exhausted,
      interruption,
      heard: () => watch.heard(),
    });
    try {
      const result = await interruption.limit(context.run(turn), (reason) => graceOf(reason, context));
      if (result !== undefined) return result;
    } catch (error) {
      log.error("a turn failed", { messageId, error });
      return { kind: "retry", reason: reasonOf(error) };
    }
    const { reason } = interruption;
    log.error("a turn did not end when it was told to; its lane goes on without it", { messageId, reason });
    if (reason === "closing") return { kind: "release" };
    return { kind: "finished", outcome: { kind: "explained", reason: `hung-${reason}` } };
  };

  const work = async (): Promise<void> => {
    const { state, lanes, ports, keepRecordMs, repeatUncertain, giveUp, onDeadLetter } = context;
    const { lane } = claimed;
    const journal = await openTurnJournal({
      state,
      key: claimed,
      lane,
      keepMs: keepRecordMs,
      repeatUncertain,
      ports,
    });
    const putAway = createPutAway(claimed, { lanes, journal, ports, giveUp, onDeadLetter });
    const message = readable(claimed);
    if (message === undefined) {
      log.error("a kept message cannot be read; it is set aside", { messageId });
      return putAway.setAside("the kept message cannot be read", { kind: "explained", reason: "unreadable" });
    }
    await settle(claimed, putAway, (exhausted) => run(message, journal, exhausted));
  };

  const ended = work().catch((error: unknown) => {
    // It stays claimed: the next process has it again.
    log.error("the end of a turn could not be stored", { messageId, error });
  });
  return { claimed, interrupt: (reason) => interruption.interrupt(reason), ended };
}

async function settle(
  { exhausted }: ClaimedMessage,
  putAway: PutAway,
  run: (exhausted: boolean) => Promise<TurnResult>,
): Promise<void> {
  const result = await run(exhausted);
  if (result.kind === "release") return putAway.release();
  const gaveUp = { kind: "explained", reason: "gave-up" } as const;
  // Last words that an earlier process had decided on are an answer, however late.
  const isAnswered = result.kind === "finished" && result.outcome.kind === "answered";
  if (exhausted && !isAnswered) return putAway.setAside(reasonToGiveUp(result), gaveUp);
  if (result.kind === "dead") return putAway.setAside(result.reason, gaveUp);
  if (result.kind === "finished") return putAway.finish(result.outcome);
  if (await putAway.retry(result)) return;
  // The last attempt has failed as well: once more, to say so.
  await run(true);
  await putAway.setAside(result.reason, gaveUp);
}

const graceOf = (reason: StopReason, { graceMs, closingGraceMs }: RunContext): number =>
  reason === "closing" ? closingGraceMs : graceMs;

function reasonToGiveUp(result: TurnResult): string {
  return "reason" in result ? result.reason : "no attempt was left";
}

function describeTurn(parts: {
  readonly claimed: ClaimedMessage;
  readonly message: RobotMessage;
  readonly journal: TurnJournal;
  readonly exhausted: boolean;
  readonly interruption: ReturnType<typeof createInterruption>;
  readonly heard: () => void;
}): Turn {
  const { claimed, message, journal, exhausted, interruption, heard } = parts;
  const { robotCode, messageId, lane, attempt, appendedAtMs } = claimed;
  const key = { robotCode, messageId };
  const { signal } = interruption;
  return {
    key,
    lane,
    message,
    attempt,
    exhausted,
    appendedAtMs,
    journal,
    signal,
    get stopReason() {
      return interruption.reason;
    },
    heard,
  };
}

function readable({ body }: ClaimedMessage): RobotMessage | undefined {
  try {
    return messageOf(body);
  } catch {
    return undefined;
  }
}

/** For the inbox: never the message of an error that we do not know. */
function reasonOf(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  const name = error instanceof Error ? error.name : "Error";
  return typeof code === "string" ? `${name} (${code})` : name;
}
