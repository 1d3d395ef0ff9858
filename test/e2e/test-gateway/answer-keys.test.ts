import type { SaidMessage, ShownCard, ShownMessage, SimulatedApp } from "dingtalk-simulator";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test, vi } from "vitest";
import type { Gateway } from "@dingtalk-kit/example-demo";

import { ANSWER_TIMEOUT_MS, openStage, untilConnected, type Stage } from "../src/stage.ts";

/** Robots whose answers look as their settings say. The default app of the simulator is that of the account `words`. */
const APPS = {
  quiet: { clientId: "dinge2equietcards01", clientSecret: "secret-of-the-quiet-app", name: "quiet" },
  slow: { clientId: "dinge2eslowanswer01", clientSecret: "secret-of-the-slow-app", name: "slow" },
  group: { clientId: "dinge2egroupcards01", clientSecret: "secret-of-the-group-app", name: "group" },
} as const satisfies Readonly<Record<string, SimulatedApp>>;

const ROOM = "cidE2eAnswerRoom==";
const IN_TIME = { timeout: ANSWER_TIMEOUT_MS, interval: 100 };
const open = { dmPolicy: "open", allowFrom: ["*"] };

let stage: Stage;
let gateway: Gateway;

beforeAll(async () => {
  stage = await openStage({ simulator: { apps: Object.values(APPS) }, concurrency: 8 });
  const { app, endpoints } = stage.simulator;
  await stage.configure({
    enabled: true,
    endpoints,
    accounts: {
      words: {
        ...credentials(app),
        ...open,
        systemPrompt: "You are the oracle of account 4711.",
        tableMode: "plain",
        ack: "text",
        ackText: "On it.",
      },
      slow: { ...credentials(APPS.slow), ...open, ack: "off", longTaskNoticeMs: 1_000 },
      quiet: {
        ...credentials(APPS.quiet),
        ...open,
        messageType: "card",
        cardStreamingMode: "off",
        ack: "card",
        cardStatusLine: { model: true, agent: true, taskTime: true, tokens: true, dapiUsage: true },
      },
      group: {
        ...credentials(APPS.group),
        groupPolicy: "open",
        messageType: "card",
        cardStreamingMode: "answer",
        cardAtSender: "your answer is there",
        ack: "off",
      },
    },
  });
  gateway = await stage.start();
  await untilConnected(
    stage.simulator,
    [app, ...Object.values(APPS)].map(({ clientId }) => clientId),
  );
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => {
    console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`);
    stage.model.release();
  });
});

test("ack, ackText, tableMode, systemPrompt: a word at once, then the answer with its table as a list, as the prompt wants", async () => {
  const said = await stage.simulator.say({ from: "ann", text: "#table of rain" });
  await vi.waitFor(() => expect(saidBack(said)).toHaveLength(2), IN_TIME);
  const [first, second] = saidBack(said).map(({ text }) => text);
  expect(first).toBe("On it.");
  expect(second).toBe("Two cities:\n\n- City: 杭州; Rain: 1,450 mm\n- City: Turpan; Rain: 16 mm");
  expect(reactionsOn(said)).toEqual([]);
  const [request] = stage.model.requests.filter(({ userText }) => userText === "#table of rain");
  expect(request?.body).toContain("oracle of account 4711");
});

test("longTaskNoticeMs: says once that it takes longer, before the answer", async () => {
  const { clientId } = APPS.slow;
  const said = await stage.simulator.say({ from: "ben", text: "#wait for it", clientId });
  await vi.waitFor(() => expect(stage.model.held).toBe(1), IN_TIME);
  await vi.waitFor(() => expect(saidBack(said)).toHaveLength(1), IN_TIME);
  stage.model.release();
  await vi.waitFor(() => expect(saidBack(said)).toHaveLength(2), IN_TIME);
  expect(saidBack(said).map(({ text }) => text)).toEqual([
    expect.stringContaining("takes longer"),
    expect.stringContaining("The nail that learned to talk"),
  ]);
});

test("ack, cardStreamingMode, cardStatusLine: a card at once, nothing in it before the end, and below the answer what it took", async () => {
  const said = await stage.simulator.say({ from: "cat", text: "#hold on", clientId: APPS.quiet.clientId });
  await vi.waitFor(() => expect(stage.model.held).toBe(1), IN_TIME);
  expect(cardsOf(said)).toMatchObject([{ state: "PROCESSING", text: "" }]);
  stage.model.release();
  await vi.waitFor(() => expect(cardsOf(said)).toMatchObject([{ state: "FINISHED" }]), IN_TIME);
  const [card] = cardsOf(said);
  const texts = card?.history.map(({ text }) => text).filter((text) => text !== "");
  expect(new Set(texts)).toEqual(new Set([card?.text]));
  expect(card?.text.split("\n").at(-1)).toMatch(
    /^Model stand-in · Agent main · [\d.]+ s · \d+ tokens · DingTalk calls 2$/,
  );
});

test("cardAtSender: mentions the sender when the card of a group is done", async () => {
  const { clientId } = APPS.group;
  const said = await stage.simulator.say({ from: "dan", conversation: ROOM, text: "#story", clientId });
  await vi.waitFor(() => expect(saidBack(said)).toHaveLength(2), IN_TIME);
  expect(saidBack(said)).toMatchObject([
    { kind: "card", state: "FINISHED" },
    { kind: "message", text: expect.stringContaining("your answer is there"), mentions: ["dan"] },
  ]);
  expect(reactionsOn(said)).toEqual([]);
});

/** What the robot has said in the conversation since. */
function saidBack({ conversationId }: SaidMessage): readonly ShownMessage[] {
  return stage.simulator.messages(conversationId).filter(({ byRobot }) => byRobot);
}

function cardsOf({ conversationId }: SaidMessage): readonly ShownCard[] {
  return stage.simulator.cards().filter(({ conversationIds }) => conversationIds.includes(conversationId));
}

function reactionsOn({ messageId }: SaidMessage): readonly string[] {
  return stage.simulator.messages().find(({ id }) => id === messageId)?.reactions ?? [];
}

function credentials({ clientId, clientSecret }: SimulatedApp): object {
  return { clientId, clientSecret };
}
