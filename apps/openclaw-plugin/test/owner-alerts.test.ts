import { createApiLimits, createDingTalkApi } from "@dingtalk-kit/api";
import type { DingTalkApi } from "@dingtalk-kit/api";
import { createNet } from "@dingtalk-kit/net";
import { ConnectionError, createMemoryState, ROBOT_MESSAGE_TOPIC } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { createStreamClient } from "@dingtalk-kit/stream";
import type { StreamStatus } from "@dingtalk-kit/stream";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { openAccountAlerts } from "../src/account-alerts.ts";
import type { AccountAlerts } from "../src/account-alerts.ts";
import { openAccountBudget } from "../src/account-budget.ts";
import { alertMessage } from "../src/alert-texts.ts";
import type { Alert } from "../src/alert-texts.ts";
import { nextRound } from "./budget-desk.ts";

const TO_USER = "/v1.0/robot/oToMessages/batchSend";
const TO_GROUP = "/v1.0/robot/groupMessages/send";
const OPEN = "/v1.0/gateway/connections/open";
const MINUTE_MS = 60_000;
const quota = { monthlyLimit: 10, warnAt: [50], onExhausted: "markdown" } as const;
const key = (messageId: string): { robotCode: string; messageId: string } => ({ robotCode: "r", messageId });

interface Desk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly api: DingTalkApi;
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createRecordingLogger>;
  readonly state: ReturnType<typeof createMemoryState>;
  open(alertTo?: string): Promise<AccountAlerts>;
  /** What the owner was told, in order. */
  told(path?: string): readonly string[];
  /** Lets answers arrive and time pass. */
  pass(ms: number): Promise<void>;
}

async function openDesk(): Promise<Desk> {
  const simulator = await openSimulator();
  const clock = createManualClock(Date.parse("2026-11-21T08:00:00Z"));
  const log = createRecordingLogger();
  const net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const limits = createApiLimits({}, { clock, log });
  const app = { clientId, clientSecret, endpoints: simulator.endpoints };
  const dingtalk = createDingTalkApi(app, { net, limits }, { clock, log });
  const underWay = new Set<Promise<unknown>>();
  const robot: DingTalkApi["robot"] = {
    async send(...message) {
      const sent = dingtalk.robot.send(...message).finally(() => underWay.delete(sent));
      underWay.add(sent);
      return sent;
    },
  };
  const api = { ...dingtalk, robot };
  /** What happens at once has happened, and what was sent is answered. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5 || underWay.size > 0; round += 1) await nextRound();
  };
  const state = createMemoryState({ clock });
  return {
    simulator,
    api,
    clock,
    log,
    state,
    open: (alertTo = "user:user01") =>
      openAccountAlerts({
        accountId: "sales",
        settings: { alertTo, quota },
        services: { api, clock },
        state,
        log,
      }),
    told: (path = TO_USER) =>
      simulator
        .calls(path)
        .filter(({ status }) => status === 200)
        .map(({ body }) =>
          String(Reflect.get(JSON.parse(String(Reflect.get(Object(body), "msgParam"))), "text")),
        ),
    async pass(ms) {
      for (let passed = 0; passed <= ms; passed += 10_000) {
        await settle();
        await clock.advance(Math.min(10_000, ms - passed));
      }
      await settle();
    },
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

const failed = new ConnectionError("could not connect to api.dingtalk.com:443 (tcp): refused", {
  stage: "tcp",
});
const idle = { lastReceivedAtMs: undefined, reconnects: 0, gaps: [] } as const;

function isDown({ clock }: Desk, sinceMs = clock.nowMs()): StreamStatus {
  return {
    ...idle,
    state: "retrying",
    attempt: 10,
    lastError: failed,
    connectedAtMs: undefined,
    alert: "no stable connection after 10 attempts in a row",
    downSinceMs: sinceMs,
  };
}

function isUp({ clock }: Desk): StreamStatus {
  const connectedAtMs = clock.nowMs();
  const fine = { lastError: undefined, alert: undefined, downSinceMs: undefined };
  return { ...idle, ...fine, state: "connected", attempt: 0, connectedAtMs };
}

beforeEach(() => {
  vi.stubEnv("OPENCLAW_LOCALE", "en_US.UTF-8");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test("alertTo: one message when the attempts are used up, and one when the connection is stable again", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open();
  const { clientId, clientSecret } = desk.simulator.app;
  const { clock, log, simulator } = desk;
  simulator.failNext(OPEN, { status: 503, body: { code: "ServiceUnavailable" }, times: 4 });
  const net = createNet();
  const client = createStreamClient(
    {
      clientId,
      clientSecret,
      endpoints: simulator.endpoints,
      subscriptions: [{ type: "CALLBACK", topic: ROBOT_MESSAGE_TOPIC }],
      maxConnectionAttempts: 3,
      maxReconnectDelayMs: 60_000,
      onStatus: (status) => alerts.onStatus(status),
    },
    { net },
    { clock, log },
  );
  const frames = client[Symbol.asyncIterator]();
  const end = frames.next();
  while (desk.told().length < 2) {
    for (let round = 0; round < 20; round += 1) await nextRound();
    await clock.advance(250);
  }
  await client[Symbol.asyncDispose]();
  await end;
  await net[Symbol.asyncDispose]();
  expect(desk.told()).toEqual([
    expect.stringMatching(
      /\(sales\)[^]*No connection to DingTalk since 2026-11-21 08:0\d UTC[^]*connect\.open: .*503[^]*Next: wait: DingTalk/,
    ),
    expect.stringMatching(
      /Connected to DingTalk again; there was no connection for [\dhmins ]+, from 2026-11-21 08:0/,
    ),
  ]);
  // Told of nothing else: each costs a call of the quota.
  expect(await desk.api.quota.usage()).toMatchObject({ calls: 2 });
});

test("alertTo: tells afterwards how long it was down, once, when DingTalk could not be reached at all", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open();
  desk.simulator.failNext(TO_USER, { status: 503, body: { code: "ServiceUnavailable" }, times: 100 });
  const sinceMs = desk.clock.nowMs();
  alerts.onStatus(isDown(desk, sinceMs));
  await desk.pass(10 * MINUTE_MS);
  alerts.onStatus(isDown(desk, sinceMs));
  await desk.pass(20 * MINUTE_MS);
  const tries = desk.simulator.calls(TO_USER).length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(10);
  expect(desk.told()).toEqual([]);
  desk.simulator.liftFaults();
  alerts.onStatus(isUp(desk));
  await desk.pass(2 * MINUTE_MS);
  expect(desk.told()).toEqual([
    expect.stringMatching(/connected to DingTalk again; .* for 30 min, from 2026-11-21 08:00/i),
  ]);
});

test("alertTo: does not tell of a connection that is lost again within a minute, nor twice of one outage", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open();
  alerts.onStatus(isDown(desk));
  await desk.pass(0);
  for (let flap = 0; flap < 5; flap += 1) {
    alerts.onStatus(isUp(desk));
    await desk.pass(30_000);
    alerts.onStatus(isDown(desk));
    await desk.pass(30_000);
  }
  expect(desk.told()).toHaveLength(1);
  alerts.onStatus(isUp(desk));
  await desk.pass(2 * MINUTE_MS);
  expect(desk.told()).toHaveLength(2);
  expect(desk.told()[1]).toContain("no connection for 5 min");
});

test("alertTo: a restart in the middle of an outage tells nothing twice", async () => {
  await using desk = await openDesk();
  const first = await desk.open();
  first.onStatus(isDown(desk));
  await desk.pass(0);
  await first[Symbol.asyncDispose]();
  await using second = await desk.open();
  second.onStatus(isDown(desk));
  await desk.pass(MINUTE_MS);
  expect(desk.told()).toHaveLength(1);
  second.onStatus(isUp(desk));
  await desk.pass(2 * MINUTE_MS);
  expect(desk.told().at(-1)).toContain("from 2026-11-21 08:00 UTC to 2026-11-21 08:01 UTC");
  await using third = await desk.open();
  third.onStatus(isUp(desk));
  await desk.pass(2 * MINUTE_MS);
  expect(desk.told()).toHaveLength(2);
});

test("alertTo: dead letters: of the first at once, of all that follow in one message, to a group", async () => {
  await using desk = await openDesk();
  const group = "cidOperators==";
  desk.simulator.addGroup({ id: group });
  await using alerts = await desk.open(`group:${group}`);
  for (let dead = 1; dead <= 9; dead += 1)
    alerts.onDeadLetter(key(`m${dead}`), "not delivered: stage=http: refused");
  await desk.pass(MINUTE_MS);
  expect(desk.told(TO_GROUP)).toEqual([
    expect.stringMatching(/set aside: not delivered: stage=http[^]*Next: openclaw dingtalk explain m1$/),
  ]);
  await desk.pass(20 * MINUTE_MS);
  expect(desk.told(TO_GROUP)[1]).toMatch(/set aside, and 7 more: [^]*explain m9$/);
  await desk.pass(60 * MINUTE_MS);
  expect(desk.told(TO_GROUP)).toHaveLength(2);
});

test("alertTo: the quota's warnings, each once, the alert's own call counted", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open();
  const { api, state, clock, log } = desk;
  await using budget = openAccountBudget({
    meter: api.quota,
    quota,
    state,
    clock,
    log,
    onUsage: () => undefined,
    onWarning: (warning) => alerts.onQuota(warning),
  });
  for (let sent = 0; sent < 6; sent += 1)
    await api.robot.send({ kind: "user", staffId: "user01" }, { kind: "text", text: `${sent}` });
  await desk.pass(MINUTE_MS);
  expect(
    desk.simulator.messages().filter(({ text }) => text.includes("50 % of this month's calls")),
  ).toHaveLength(1);
  expect(await api.quota.usage()).toMatchObject({ calls: 7 });
  expect(await budget.isUsedUp()).toBe(false);
});

test("alertTo: one that DingTalk refuses for good costs a line in the log, and raises nothing", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open();
  const body = { code: "staffId.notExisted", message: "no such person" };
  desk.simulator.failNext(TO_USER, { status: 400, body, times: 100 });
  alerts.onDeadLetter(key("m1"), "no");
  await desk.pass(10 * MINUTE_MS);
  expect(desk.simulator.calls(TO_USER)).toHaveLength(1);
  const warnings = desk.log.lines.filter(({ level }) => level === "warn");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.message).toMatch(
    /the owner could not be told: stage=http: .*staffId\.notExisted.* Next: /,
  );
});

test("alertTo: names in the log what is no target, and tells nobody", async () => {
  await using desk = await openDesk();
  await using alerts = await desk.open("the boss");
  alerts.onDeadLetter(key("m1"), "no");
  alerts.onStatus(isDown(desk));
  await desk.pass(MINUTE_MS);
  expect(desk.simulator.calls()).toEqual([]);
  expect(desk.log.lines.map(({ message }) => message)).toEqual([expect.stringContaining("alertTo")]);
});

test("has every alert in both languages, short, with a next step", () => {
  const alerts: readonly Alert[] = [
    {
      kind: "link-down",
      sinceMs: 0,
      failure: { stage: "connect.open", cause: "x".repeat(500), next: "look" },
    },
    { kind: "link-up", sinceMs: 0, untilMs: 7_300_000 },
    { kind: "dead-letter", messageId: "m1", reason: "why ".repeat(200), more: 3 },
    { kind: "quota", percentage: 80, calls: 80, limit: 100, month: "2026-11" },
  ];
  const texts = alerts.flatMap((alert) =>
    (["zh", "en"] as const).map((language) => alertMessage(alert, { accountId: "sales", language }).text),
  );
  for (const text of texts) {
    expect(text.length).toBeLessThan(600);
    expect(text).toMatch(/\n\n(下一步：|Next: )\S/);
  }
  expect(texts.join()).toContain("中断了 2 小时 1 分钟");
  expect(texts.join()).toContain("no connection for 2 h 1 min");
});
