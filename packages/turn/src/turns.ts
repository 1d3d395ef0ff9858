import { ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type {
  ClaimedMessage,
  Inbound,
  LaneMessage,
  LaneStore,
  MessageKey,
  Ports,
  RobotMessage,
  StatePort,
} from "@dingtalk-kit/protocol";

import { createArrivals } from "./arrivals.ts";
import { keptBody } from "./kept-message.ts";
import type { RunContext } from "./run-turn.ts";
import { createRunningTurns } from "./running-turns.ts";
import { createStoreHealth } from "./store-health.ts";
import type { StoreHealth } from "./store-health.ts";
import { hasOpenCard, turnKey } from "./turn-record.ts";
import type { StopReason, Turn, TurnResult } from "./turn.ts";

export interface TurnsOptions {
  readonly lanes: LaneStore;
  readonly state: StatePort;
  /** Answers one message. What it throws counts as a failure that may heal. */
  run(turn: Turn): Promise<TurnResult>;
  /** For robots that do not name themselves in their messages. @defaultValue "" */
  readonly robotCode?: string | undefined;
  /** Messages that pass the queue, such as /stop: they run at once, whatever else does. @defaultValue none */
  isUrgent?(message: RobotMessage): boolean;
  /** Turns that run at once, so that acknowledging never waits for them. @defaultValue 8 */
  readonly maxConcurrent?: number | undefined;
  /** How long an agent may give no sign of life, in milliseconds. @defaultValue 600_000 */
  readonly silenceLimitMs?: number | undefined;
  /** How long a turn may take to end when it is told to, in milliseconds. @defaultValue 60_000 */
  readonly graceMs?: number | undefined;
  /** The same when everything closes: the process may not have longer. @defaultValue 15_000 */
  readonly closingGraceMs?: number | undefined;
  /** How long the record of a turn is kept, in milliseconds. @defaultValue 7 days */
  readonly keepRecordMs?: number | undefined;
  /** Whether a message that a crash left uncertain is sent again. @defaultValue true */
  readonly repeatUncertain?: boolean | undefined;
  /** Called when messages can no longer be kept, with the reason, and with `undefined` when they can again. */
  onStoreHealth?(problem: Error | undefined): void;
  /** Called when a message was set aside for good, with the reason. Holds no message text. */
  onDeadLetter?(key: MessageKey, reason: string): void;
}

/** What became of a delivery. All but `refused` are acknowledged. */
export type Received =
  | { readonly kind: "kept" }
  | { readonly kind: "duplicate" }
  /** Too many messages wait: it was not kept, and somebody has to tell the person. */
  | { readonly kind: "full"; readonly limit: "lane" | "store" }
  /** The disk said no. DingTalk will deliver it again. */
  | { readonly kind: "refused"; readonly error: Error };

/** The way of all messages of one robot, from delivered to answered. */
export interface Turns extends AsyncDisposable {
  /** Keeps a message on disk, and acknowledges it then, not before. Does not reject. */
  receive(inbound: Inbound, message: RobotMessage): Promise<Received>;
  /** Ends the turn that runs in a lane. @returns whether there was one. */
  interrupt(lane: string, reason: StopReason): boolean;
  /**
   * The person took a message back: drops it, or ends its turn. One that waits with an open card, left by an earlier
   * process, is ended by its turn: nobody else can close the card.
   *
   * @returns what was done; `ended`: too late.
   */
  recall(key: MessageKey): Promise<"dropped" | "interrupted" | "ended" | "unknown">;
  /** Turns that run. */
  readonly running: number;
  /** Starts no more turns and waits for those that run, at most `budgetMs`. @returns whether all have ended. */
  drain(budgetMs: number): Promise<boolean>;
  /** Resolves after disposal. Rejects when the store is broken: open everything again. */
  readonly closed: Promise<void>;
}

/** Lane of a conversation: one turn at a time runs in it. */
export function laneOf(robotCode: string, conversationId: string): string {
  return `${robotCode}|${conversationId}`;
}

/** A lane beside that of the conversation, so that its messages are not held up. */
const URGENT = "|urgent";
const DAY_MS = 86_400_000;
/**
 * So long turns wait for a burst to be acknowledged. Milliseconds. Hundreds of messages at once take a third of a second,
 * and the first turns of a process as long again: whoever is acknowledged after them waits for both.
 */
const LONGEST_ARRIVAL_MS = 1_000;

/**
 * Starts to work off what waits in `lanes`. Disposing tells what runs to end (`closing`), and gives it back to its lanes
 * as if it had never been started; drain first to let it end by itself.
 *
 * @throws ConfigError when a limit makes no sense.
 */
export function createTurns(options: TurnsOptions, ports: Partial<Ports> = {}): Turns {
  const filled = fillPorts(ports);
  const { lanes } = options;
  const maxConcurrent = positive("maxConcurrent", options.maxConcurrent ?? 8);
  const health = createStoreHealth(filled.log, (problem) => options.onStoreHealth?.(problem));
  const closing = new AbortController();
  const arrivals = createArrivals(filled.clock);
  const running = createRunningTurns(maxConcurrent, runContext(options, filled, closing.signal));
  /** Messages that wait, and whose turns have nothing to do but to end. */
  const recalled = new Set<string>();

  /** What was claimed while the end came is for the next process: nobody would tell its turn to end. */
  const start = async (claimed: ClaimedMessage, by: (claimed: ClaimedMessage) => void): Promise<void> => {
    if (closing.signal.aborted) return void (await lanes.release(claimed));
    by(claimed);
    if (recalled.delete(turnKey(claimed))) running.find(claimed)?.interrupt("recalled");
  };
  const work = async (): Promise<void> => {
    for (;;) {
      await running.slotFree();
      const claimed = await lanes.claim(running.freeSlots, { signal: closing.signal });
      if (claimed.length === 0) return;
      await arrivals.settled(LONGEST_ARRIVAL_MS);
      for (const message of claimed) await start(message, running.start);
    }
  };
  const closed = work().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  closed.catch(() => undefined);
  /** If it fails, the message waits for its turn like any other. */
  const runNow = async (lane: string): Promise<void> => {
    try {
      const claimed = await lanes.claim(1, { lane, wait: false });
      for (const message of claimed) await start(message, running.startUrgent);
    } catch (error) {
      filled.log.warn("an urgent message has to wait for its turn", { error });
    }
  };

  return {
    async receive(inbound, message) {
      const isUrgent = options.isUrgent?.(message) === true;
      const kept = laneMessage(message, options.robotCode ?? "", isUrgent);
      const received = await arrivals.track(keep(kept, { lanes, health }));
      if (received.kind === "refused") inbound.reject("the message could not be stored");
      else inbound.ack();
      if (isUrgent && received.kind === "kept") await runNow(kept.lane);
      return received;
    },
    interrupt(lane, reason) {
      const turn = running.inLane(lane);
      turn?.interrupt(reason);
      return turn !== undefined;
    },
    async recall(key) {
      const waitsWithCard = running.find(key) === undefined && (await hasOpenCard(options.state, key));
      const dropped = waitsWithCard ? "running" : await lanes.drop(key, "recalled");
      if (dropped !== "running") return dropped;
      const turn = running.find(key);
      if (turn === undefined && !waitsWithCard) return "ended";
      if (turn === undefined) recalled.add(turnKey(key));
      else turn.interrupt("recalled");
      return "interrupted";
    },
    get running() {
      return running.size;
    },
    drain: (budgetMs) => lanes.drain(budgetMs),
    closed,
    async [Symbol.asyncDispose]() {
      closing.abort();
      running.interruptAll("closing");
      await closed.catch(() => undefined);
      await running.ended();
    },
  };
}

function laneMessage(message: RobotMessage, ownRobotCode: string, isUrgent: boolean): LaneMessage {
  const { messageId, sender, conversation } = message;
  const robotCode = message.robotCode ?? ownRobotCode;
  const lane = laneOf(robotCode, conversation.id);
  return {
    robotCode,
    messageId,
    lane: isUrgent ? lane + URGENT : lane,
    sender: sender.staffId ?? sender.id,
    body: keptBody(message),
  };
}

async function keep(
  message: LaneMessage,
  { lanes, health }: { readonly lanes: LaneStore; readonly health: StoreHealth },
): Promise<Received> {
  try {
    const result = await lanes.append(message);
    health.good();
    if (result.kind === "full") return { kind: "full", limit: result.limit };
    return { kind: result.kind === "appended" ? "kept" : "duplicate" };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    health.bad(error);
    return { kind: "refused", error };
  }
}

function runContext(options: TurnsOptions, ports: Ports, giveUp: AbortSignal): RunContext {
  return {
    lanes: options.lanes,
    state: options.state,
    ports,
    run: (turn) => options.run(turn),
    silenceLimitMs: positive("silenceLimitMs", options.silenceLimitMs ?? 600_000),
    graceMs: positive("graceMs", options.graceMs ?? 60_000),
    closingGraceMs: positive("closingGraceMs", options.closingGraceMs ?? 15_000),
    keepRecordMs: positive("keepRecordMs", options.keepRecordMs ?? 7 * DAY_MS),
    repeatUncertain: options.repeatUncertain ?? true,
    giveUp,
    onDeadLetter: (key, reason) => options.onDeadLetter?.(key, reason),
  };
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ConfigError(`${name} must be a positive number`);
}
