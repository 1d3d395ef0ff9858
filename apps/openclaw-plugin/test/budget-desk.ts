import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createApiLimits, createDingTalkApi } from "@dingtalk-kit/api";
import type { Reply } from "@dingtalk-kit/card";
import type { AccountSettings } from "@dingtalk-kit/config";
import { createNet } from "@dingtalk-kit/net";
import { parseRobotMessage } from "@dingtalk-kit/protocol";
import type { MessageState, RobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import { createTurns } from "@dingtalk-kit/turn";
import type { Turn, TurnResult, Turns } from "@dingtalk-kit/turn";
import { createSessionWebhook } from "@dingtalk-kit/webhook";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { onTestFinished } from "vitest";

import { openAccountBudget } from "../src/account-budget.ts";
import type { AccountBudget, QuotaWarning } from "../src/account-budget.ts";
import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { resultOf } from "../src/reply-result.ts";
import { createReplyTo } from "../src/reply-to.ts";
import type { ReplyContext } from "../src/reply-to.ts";
import type { Services } from "../src/services.ts";
import { showThinking } from "../src/thinking-reaction.ts";
import { withinBudget } from "../src/turn-budget.ts";

const TOKEN = "/v1.0/oauth2/accessToken";

/** A DingTalk, and the file of one account, which outlives its processes. */
export interface BudgetDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  /** Calls that DingTalk bills, by path. */
  calls(): readonly string[];
  /** A process of the gateway, with the account as configured. */
  start(settings?: Readonly<Record<string, unknown>>, answer?: Answer): Promise<BudgetProcess>;
  /** Moves time on until `work` is done. */
  inTime<T>(work: Promise<T>): Promise<T>;
}

export type Answer = (turn: Turn, context: ReplyContext) => Promise<TurnResult>;

export interface BudgetProcess extends AsyncDisposable {
  readonly store: Store;
  readonly services: Services;
  readonly settings: AccountSettings;
  readonly budget: AccountBudget;
  readonly turns: Turns;
  readonly log: ReturnType<typeof createRecordingLogger>;
  readonly warnings: readonly QuotaWarning[];
  /** Somebody writes, and has no reply address. @returns the message's id */
  say(text?: string): Promise<string>;
  until(messageId: string, state: MessageState): Promise<void>;
}

export async function openBudgetDesk(now = "2026-11-30T12:00:00Z"): Promise<BudgetDesk> {
  const simulator = await openSimulator();
  const clock = createManualClock(Date.parse(now));
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-budget-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { clientId, clientSecret } = simulator.app;
  return {
    simulator,
    clock,
    calls: () =>
      simulator
        .calls()
        .map(({ path }) => path)
        .filter((path) => path !== TOKEN),
    inTime: (work) => inTime(clock, work),
    async start(more = {}, answer = answerAtOnce) {
      const dingtalk = { clientId, clientSecret, endpoints: simulator.endpoints, ...more };
      const { settings } = resolveAccount({ channels: { dingtalk } });
      if (settings === undefined) throw new Error("the test's settings do not fit");
      const log = createRecordingLogger();
      const ports = { clock, log };
      const net = createNet();
      const app = { clientId, clientSecret, endpoints: simulator.endpoints };
      // Limits of its own: another process would not share them.
      const api = createDingTalkApi(app, { net, limits: createApiLimits({}, ports) }, ports);
      const webhook = createSessionWebhook({ net }, ports);
      const services: Services = {
        net,
        api,
        webhook,
        clock,
        [Symbol.asyncDispose]: () => net[Symbol.asyncDispose](),
      };
      const store = await openSqliteStore({ file: join(folder, "inbox.db") }, { clock });
      const warnings: QuotaWarning[] = [];
      const budget = openAccountBudget({
        meter: api.quota,
        quota: settings.quota,
        state: store.state,
        clock,
        log,
        onUsage: () => undefined,
        onWarning: (warning) => void warnings.push(warning),
      });
      const context = { services, settings, log };
      const run = (turn: Turn): Promise<TurnResult> =>
        withinBudget(turn, { context, budget }, (affordable) => answer(turn, affordable));
      // Tests move the clock on while an answer is under way: nobody is silent for that.
      const patience = { silenceLimitMs: 30 * 86_400_000 };
      const turns = createTurns(
        { lanes: store.lanes, state: store.state, robotCode: clientId, run, ...patience },
        ports,
      );
      return {
        store,
        services,
        settings,
        budget,
        turns,
        log,
        warnings,
        async say(text = "hello") {
          const message = await messageIn(simulator, text);
          const { messageId } = message;
          const body = { kind: "robot-message", message } as const;
          const inbound = { body, transport: "stream", frameId: messageId, receivedAtMs: 0 } as const;
          await turns.receive({ ...inbound, ack: () => undefined, reject: () => undefined }, message);
          return messageId;
        },
        until: (messageId, state) =>
          inTime(clock, untilState(store, { robotCode: clientId, messageId }, state)),
        async [Symbol.asyncDispose]() {
          await turns[Symbol.asyncDispose]();
          await budget[Symbol.asyncDispose]();
          await store[Symbol.asyncDispose]();
          await services[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
  };
}

/** DingTalk knows the message, so it takes reactions to it. */
async function messageIn(simulator: Simulator, text: string): Promise<RobotMessage> {
  const { messageId, conversationId } = await simulator.say(text);
  return parseRobotMessage({
    msgId: messageId,
    robotCode: simulator.app.clientId,
    conversationId,
    conversationType: "1",
    senderStaffId: "user01",
    msgtype: "text",
    text: { content: text },
  });
}

function arrivalOf(turn: Pick<Turn, "message">): Arrival {
  const arrival = describeArrival(turn.message);
  if (arrival === undefined) throw new Error("nobody said it");
  return arrival;
}

/** Answers while a reaction shows that it is thought about, as the plugin does. */
export async function answerWith(
  turn: Turn,
  { services, settings, log }: ReplyContext,
  write: (reply: Reply) => Promise<string>,
): Promise<TurnResult> {
  await using stack = new AsyncDisposableStack();
  stack.use(showThinking(turn.message, { services, settings, log }, turn));
  const reply = createReplyTo(arrivalOf(turn), { services, settings, log }, turn.journal);
  return resultOf(await reply.finish(await write(reply)), { kind: "answered" });
}

const answerAtOnce: Answer = (turn, context) =>
  answerWith(turn, context, async () => `You said: ${arrivalOf(turn).text}`);

/** In steps: real answers arrive in between. */
async function inTime<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const watched = work.finally(() => ended.abort());
  watched.catch(() => undefined);
  while (!ended.signal.aborted) {
    for (let turns = 0; turns < 20 && !ended.signal.aborted; turns += 1) await nextRound();
    if (!ended.signal.aborted && clock.pending > 0) await clock.advance(50);
  }
  return watched;
}

async function untilState(
  store: Store,
  key: { readonly robotCode: string; readonly messageId: string },
  state: MessageState,
): Promise<void> {
  while ((await store.inbox.show(key))?.state !== state) await nextRound();
}

export const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
