import type { Gateway } from "@dingtalk-kit/example-demo";
import type { Answer, LedgerEntry, SaidMessage } from "dingtalk-simulator";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, onTestFinished, test } from "vitest";

import { editChannel } from "../src/edit-config.ts";
import { ANSWER_TIMEOUT_MS, ask, openStage, untilConnected, type Stage } from "../src/stage.ts";

const OPEN = "/v1.0/gateway/connections/open";
const CHATS = 12;
/** DingTalk's standard edition. */
const CALLS_PER_SECOND = 20;

let stage: Stage;
let gateway: Gateway;

beforeAll(async () => {
  stage = await openStage({
    simulator: { undeliverable: "hold", qpsLimit: CALLS_PER_SECOND },
    wordDelayMs: 60,
    concurrency: CHATS,
  });
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  const access = { dmPolicy: "open", allowFrom: ["*"] };
  const quick = { initialReconnectDelay: 200, maxReconnectDelay: 1_000 };
  await stage.configure({
    enabled: true,
    clientId,
    clientSecret,
    endpoints,
    messageType: "card",
    ...access,
    ...quick,
  });
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId]);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
});

/** All at once, each in a chat of their own. @returns the answers in the same order */
async function askAll(people: readonly string[], text: string): Promise<readonly Answer[]> {
  const said: SaidMessage[] = [];
  for (const from of people) said.push(await stage.simulator.say({ from, text }));
  return Promise.all(said.map((one) => stage.simulator.answer(one, { timeoutMs: 300_000 })));
}

const peopleCalled = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_item, index) => `${name}${index}`);

interface CardCalls {
  readonly sent: number;
  readonly permitted: number;
}

function cardCallsFrom(first: number): CardCalls {
  const calls = stage.simulator
    .calls()
    .slice(first)
    .filter(({ path }) => path.startsWith("/v1.0/card/"));
  return { sent: calls.length, permitted: calls.filter(({ status }) => status !== 403).length };
}

async function expectTwelveChats(name: string): Promise<void> {
  const first = stage.simulator.calls().length;
  const answers = await askAll(peopleCalled(name, CHATS), "tell me a story");
  for (const answer of answers) {
    expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
    expect(answer.text).toContain("it has been answering ever since.");
  }
  const { sent, permitted } = cardCallsFrom(first);
  expect(permitted).toBeGreaterThan(CHATS * 3);
  expect(sent / permitted, `${sent} sent, ${permitted} permitted`).toBeLessThanOrEqual(1.2);
  const later = await ask(stage, { from: `${name}0`, text: "are cards still there?" });
  expect(later).toMatchObject({ kind: "card", state: "FINISHED" });
}

test("12 chats streaming under 20/s: all complete, hardly a call refused, later messages still come as cards", async () => {
  await expectTwelveChats("chatter");
});

test("requestsPerSecond: 12 chats complete under 5/s, too, once the account says so", async () => {
  const from = gateway.log.lines.length;
  await editChannel(stage.home, { requestsPerSecond: 5 });
  await gateway.log.find(/connected to DingTalk/, { from, timeoutMs: 90_000 });
  await untilConnected(stage.simulator, [stage.simulator.app.clientId]);
  const limit = stage.simulator.fault({ kind: "call.throttle", limit: 5, where: { path: "/v1.0/card/*" } });
  onTestFinished(() => limit.lift());
  await expectTwelveChats("thrifty");
});

test("a SYSTEM disconnect in a burst of 75 messages: each gets one answer", async () => {
  const from = gateway.log.lines.length;
  const said: SaidMessage[] = [];
  for (const [index, person] of peopleCalled("burst", 75).entries()) {
    said.push(await stage.simulator.say({ from: person, text: `message ${index}` }));
    if (index === 30) stage.simulator.disconnect("connection is expired");
  }
  const ids = new Set(said.map(({ messageId }) => messageId));
  const entries = (): readonly LedgerEntry[] =>
    stage.simulator.ledger().filter(({ messageId }) => ids.has(messageId));
  const outcomes = (): readonly string[] => entries().map(({ outcome }) => outcome);
  await expect.poll(outcomes, { timeout: 500_000 }).toEqual(said.map(() => "answered-once"));
  for (const [index, { answers, deliveries }] of entries().entries()) {
    expect(answers[0]?.state).toBe("FINISHED");
    expect(answers[0]?.text).toContain(`**message ${index}**`);
    expect(deliveries).toHaveLength(1);
  }
  expect(stage.simulator.connections()).toHaveLength(1);
  const log = gateway.log.lines.slice(from).join("\n");
  expect(log).toContain("DingTalk asks for a new connection");
  expect(log).not.toContain("No connection to DingTalk");
});

test("an outage of connections/open: what DingTalk held is answered, log and status name the gap", async () => {
  const outage = stage.simulator.fault({ kind: "call.answer", status: 503, where: { path: OPEN } });
  const from = gateway.log.lines.length;
  stage.simulator.dropSockets();
  await gateway.log.find(/connect\.open.*503|503.*connect\.open/, { from });
  const held = await stage.simulator.say({ from: "patience", text: "anybody there?" });
  outage.lift();
  const answer = await stage.simulator.answer(held, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(answer.text).toContain("anybody there?");
  const line = await gateway.log.find(/No connection to DingTalk for/, { from });
  const [, gap = ""] = /from (\S+Z) to/.exec(line) ?? [];
  expect(gateway.log.lines.slice(from).filter((other) => other.includes("No connection to"))).toHaveLength(1);

  const json = await stage.home.run(["channels", "status", "--json"]);
  expect(json, json.stderr).toMatchObject({ code: 0 });
  const { channelAccounts } = JSON.parse(json.stdout);
  const [account] = channelAccounts.dingtalk;
  expect(account).toMatchObject({ connected: true, downSinceMs: null, reconnects: expect.any(Number) });
  const latest = account.gaps.at(-1);
  expect(new Date(latest.startedAtMs).toISOString()).toBe(gap);
  expect(account.lastTransportActivityAt).toBeGreaterThan(latest.startedAtMs);
  const text = await stage.home.run(["channels", "status"]);
  expect(text.stdout).toContain(`from ${gap} to`);
});

test("does nothing against DingTalk's protocol in all of this", () => {
  expect(stage.simulator.violations()).toEqual([]);
});
