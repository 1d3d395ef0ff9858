import type { AccountSettings } from "@dingtalk-kit/config";
import type { Inbound, MessageKey, RobotMessage } from "@dingtalk-kit/protocol";
import { plainText } from "@dingtalk-kit/protocol";
import type { Store } from "@dingtalk-kit/store";
import { createTurns, isStopCommand } from "@dingtalk-kit/turn";
import type { Turns } from "@dingtalk-kit/turn";

import { createAgentProgress } from "./agent-progress.ts";
import type { AccountBudget } from "./account-budget.ts";
import { sayInstead } from "./answer.ts";
import type { AnswerContext } from "./answer.ts";
import { answerTurn } from "./answer-turn.ts";
import { describeArrival } from "./arrival.ts";
import { failureLine } from "./failure.ts";
import { createHouseRules } from "./house-rules.ts";
import { createNameBook } from "./known-names.ts";
import { recalledMessage } from "./recalled-message.ts";
import { warnUnlessHeard } from "./run-usage.ts";
import { createSpending } from "./spending.ts";
import { withinBudget } from "./turn-budget.ts";

/** All conversations of one account: one message after the other in each, different ones side by side. */
export interface Conversations extends AsyncDisposable {
  readonly turns: Turns;
  /** Takes one delivery. A message is acknowledged once it is on disk. */
  receive(inbound: Inbound): void;
}

export interface ConversationsContext extends Omit<AnswerContext, "rules" | "names" | "spending"> {
  readonly clientId: string;
  readonly store: Store;
  readonly budget: AccountBudget;
  /** Called when messages can no longer be kept, and with `undefined` when they can again. */
  onStoreHealth(problem: Error | undefined): void;
  /** Called when a message was set aside, with the reason. */
  onDeadLetter(key: MessageKey, reason: string): void;
}

/**
 * The host gives a channel 5 s to stop: what runs may end by itself in some of them. The rest goes back to its lane, and
 * the next process goes on with it.
 */
const DRAIN_MS = 2_500;
const CLOSING_GRACE_MS = 1_500;
const DAY_MS = 86_400_000;

/** What the settings say of turns. */
export function turnOptions({
  maxConcurrentTurns,
  turnTimeoutMs,
  retention,
  repeatUncertain,
}: Pick<AccountSettings, "maxConcurrentTurns" | "turnTimeoutMs" | "retention" | "repeatUncertain">): {
  readonly maxConcurrent: number;
  readonly silenceLimitMs: number;
  readonly keepRecordMs: number;
  readonly repeatUncertain: boolean;
} {
  return {
    maxConcurrent: maxConcurrentTurns,
    silenceLimitMs: turnTimeoutMs,
    keepRecordMs: Math.max(retention.doneDays, retention.deadDays) * DAY_MS,
    repeatUncertain,
  };
}

/** Works off what the last process left, then what comes. */
export function createConversations(host: ConversationsContext): Conversations {
  const { log, services, settings, store, clientId } = host;
  const nowMs = (): number => services.clock.nowMs();
  const rules = createHouseRules(host, { state: store.state, nowMs, robotId: clientId });
  const names = createNameBook(store.state, nowMs, log);
  const spending = createSpending({ rules, state: store.state, nowMs, robotId: clientId, log });
  if (settings.cardStatusLine.tokens) warnUnlessHeard("cardStatusLine.tokens", log);
  const context: AnswerContext = { ...host, rules, names, spending };
  const progress = createAgentProgress();
  const background = new Set<Promise<unknown>>();
  const detach = (what: string, work: Promise<unknown>): void => {
    const watched = work
      .catch((error: unknown) => log.error(`${what}: ${failureLine(error)}`))
      .finally(() => background.delete(watched));
    background.add(watched);
  };

  const stoppedAtMs = new Map<string, number>();
  const stop = (lane: string): boolean => {
    stoppedAtMs.set(lane, nowMs());
    return turns.interrupt(lane, "stopped");
  };
  const turns: Turns = createTurns(
    {
      lanes: store.lanes,
      state: store.state,
      robotCode: clientId,
      run: (turn) =>
        withinBudget(turn, { context, budget: host.budget }, (affordable) =>
          answerTurn(turn, affordable, {
            progress,
            stop,
            stoppedAfter: (lane, atMs) => (stoppedAtMs.get(lane) ?? 0) >= atMs,
          }),
        ),
      isUrgent: ({ content }) => isStopCommand(plainText(content)),
      closingGraceMs: CLOSING_GRACE_MS,
      ...turnOptions(settings),
      onStoreHealth: (problem) => host.onStoreHealth(problem),
      onDeadLetter: (key, reason) => host.onDeadLetter(key, reason),
    },
    { log, clock: services.clock },
  );

  const keep = async (inbound: Inbound, message: RobotMessage): Promise<void> => {
    const received = await turns.receive(inbound, message);
    const { messageId } = message;
    if (received.kind === "duplicate") log.debug("a redelivery was ignored", { messageId });
    if (received.kind !== "full") return;
    log.warn("too many messages wait; this one was not taken", { messageId, limit: received.limit });
    const arrival = describeArrival(message);
    if (arrival !== undefined) await sayInstead(arrival, context, { reason: "queue-full" });
  };

  return {
    turns,
    receive(inbound) {
      const { body } = inbound;
      if (body.kind === "robot-message") return detach("inbox", keep(inbound, body.message));
      inbound.ack();
      const recalled = recalledMessage(body, clientId);
      if (recalled === undefined) return;
      detach(
        "recall",
        turns
          .recall(recalled)
          .then((done) => log.info("a message was taken back by its sender", { ...recalled, done })),
      );
    },
    async [Symbol.asyncDispose]() {
      await turns.drain(DRAIN_MS);
      await turns[Symbol.asyncDispose]();
      await spending[Symbol.asyncDispose]();
      await Promise.all(background);
    },
  };
}
