import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { MessageState } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import { createStreamClient } from "@dingtalk-kit/stream";
import { readTurnRecord } from "@dingtalk-kit/turn";
import { openSimulator } from "dingtalk-simulator";
import type { SayInput, Simulator } from "dingtalk-simulator";
import { onTestFinished } from "vitest";

import { openAccountBudget } from "../src/account-budget.ts";
import { resolveAccount } from "../src/accounts.ts";
import { createConversations } from "../src/conversations.ts";
import type { PluginRuntime } from "../src/runtime.ts";
import { createServices, credentialsOf } from "../src/services.ts";

type Dispatch = Parameters<PluginRuntime["channel"]["inbound"]["dispatch"]>[0];

/** What OpenClaw does with one message that was let in. */
export type HostWork = (turn: HostTurn) => Promise<void>;

export interface HostTurn {
  /** What the person wrote. */
  readonly text: string;
  /** An agent begins. */
  start(): void;
  /** It writes: `text` is the whole of its message so far. */
  write(text: string): Promise<void>;
  /** The last words, an agent's or the host's own. */
  say(text: string, isError?: boolean): Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** A DingTalk, and the folder of one account, which outlives its processes. */
export interface TurnDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  /** A process of the gateway with these settings, from a message's arrival to its end; only OpenClaw is played. */
  start(settings: Readonly<Record<string, unknown>>, work: HostWork): Promise<TurnProcess>;
  /** What people see of the robot, oldest first: `text hello`, `card FINISHED hello`. */
  seen(): readonly string[];
  /** The reactions that stand under messages. */
  reactions(): readonly string[];
}

export interface TurnProcess extends AsyncDisposable {
  readonly log: ReturnType<typeof createRecordingLogger>;
  /** Somebody writes, with a reply URL. @returns the message's id */
  say(input?: SayInput): Promise<string>;
  until(messageId: string, state: MessageState): Promise<void>;
  /** Says something, and waits for the end of its turn. */
  answer(input?: SayInput): Promise<string>;
  /** What the record of a message tells of these steps: `ack message`. */
  steps(messageId: string, ...names: readonly string[]): Promise<readonly string[]>;
}

export async function openTurnDesk(): Promise<TurnDesk> {
  const simulator = await openSimulator({ undeliverable: "hold" });
  const clock = createManualClock(Date.now());
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-turn-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    simulator,
    clock,
    start: (settings, work) => startProcess({ simulator, clock, folder }, settings, work),
    seen: () =>
      simulator
        .messages()
        .filter(({ byRobot }) => byRobot)
        .map(({ kind, msgtype, state, text }) => `${kind === "card" ? `card ${state}` : msgtype} ${text}`),
    reactions: () => simulator.messages().flatMap(({ reactions }) => reactions),
    [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
  };
}

interface World {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly folder: string;
}

const ignore = (): void => undefined;

async function startProcess(
  { simulator, clock, folder }: World,
  more: Readonly<Record<string, unknown>>,
  work: HostWork,
): Promise<TurnProcess> {
  const { clientId, clientSecret } = simulator.app;
  const open = { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" };
  const cfg = {
    channels: { dingtalk: { clientId, clientSecret, endpoints: simulator.endpoints, ...open, ...more } },
  };
  const account = resolveAccount(cfg);
  const { settings } = account;
  if (settings === undefined) throw new Error("the test's settings do not fit");
  const log = createRecordingLogger();
  const stack = new AsyncDisposableStack();
  const services = { ...stack.use(createServices(account, log)), clock };
  const file = join(folder, "inbox.db");
  const store = stack.use(
    await openSqliteStore({ file, firstRetryDelayMs: 0, maxRetryDelayMs: 0 }, { clock }),
  );
  const { state } = store;
  const budget = stack.use(
    openAccountBudget({
      meter: services.api.quota,
      quota: settings.quota,
      state,
      clock,
      log,
      onUsage: ignore,
      onWarning: ignore,
    }),
  );
  const conversations = createConversations({
    services,
    log,
    core: playHost(work),
    cfg,
    accountId: "default",
    settings,
    clientId,
    store,
    budget,
    onStoreHealth: ignore,
    onDeadLetter: ignore,
  });
  stack.defer(() => inTime(clock, conversations[Symbol.asyncDispose]()));
  const client = stack.use(
    createStreamClient(
      { ...credentialsOf(account), endpoints: simulator.endpoints },
      { net: services.net },
      { log },
    ),
  );
  const receiving = (async (): Promise<void> => {
    for await (const inbound of client) conversations.receive(inbound);
  })();
  const say = async (input: SayInput = { text: "how much is it?" }): Promise<string> => {
    const said = await simulator.say(input);
    await said.delivered;
    return said.messageId;
  };
  const until = (messageId: string, wanted: MessageState): Promise<void> =>
    untilState(store, { robotCode: clientId, messageId }, wanted);
  return {
    log,
    say,
    until,
    async answer(input) {
      const messageId = await say(input);
      await until(messageId, "done");
      return messageId;
    },
    async steps(messageId, ...names) {
      const record = await readTurnRecord(state, { robotCode: clientId, messageId });
      const steps = (record?.steps ?? []).filter(({ step }) => names.includes(step));
      return steps.map(({ step, detail }) => `${step} ${detail ?? ""}`.trim());
    },
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
      await receiving;
    },
  };
}

interface HostInput {
  readonly adapter: { ingest(): { readonly rawText: string }; resolveTurn(): Dispatch };
}

/** OpenClaw as far as a message comes by it. Its own type is far larger than what is asked of it. */
function playHost(work: HostWork): PluginRuntime {
  const route = { agentId: "main", sessionKey: "agent:main:main", matchedBy: "default" };
  const ingress = {
    ingress: { admission: "dispatch" },
    senderAccess: { reasonCode: "dm_policy_open" },
    commandAccess: { authorized: true },
  };
  const run = async (turn: HostInput): Promise<object> => {
    const { replyOptions, delivery, dispatcherOptions } = turn.adapter.resolveTurn();
    await work({
      text: turn.adapter.ingest().rawText,
      signal: replyOptions?.abortSignal,
      start: () => replyOptions?.onAgentRunStart?.("run"),
      async write(text) {
        await replyOptions?.onPartialReply?.({ text });
      },
      async say(text, isError = false) {
        await delivery.deliver({ text, isError }, { kind: "final" });
      },
    });
    await dispatcherOptions?.onSettled?.();
    return { dispatched: true, dispatchResult: {} };
  };
  const channel = {
    text: { hasControlCommand: (text: string) => text.startsWith("/") },
    routing: { resolveAgentRoute: () => route },
    inbound: { ingress: { resolve: async () => ingress }, buildContext: () => ({}), run },
  };
  return Object.assign(Object.create(null), { channel });
}

/** Moves time on until `work` is done. */
async function inTime(clock: ManualClock, work: PromiseLike<void>): Promise<void> {
  const done = new AbortController();
  const watch = async (): Promise<void> => {
    await work;
    done.abort();
  };
  const watched = watch();
  while (!done.signal.aborted) await clock.advance(50);
  await watched;
}

async function untilState(
  store: Store,
  key: { readonly robotCode: string; readonly messageId: string },
  state: MessageState,
): Promise<void> {
  while ((await store.inbox.show(key))?.state !== state) await nextRound();
}

const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
