import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SaidMessage } from "dingtalk-simulator";
import { afterAll, beforeAll, expect, onTestFailed, test, vi } from "vitest";

import { ANSWER_TIMEOUT_MS, ask, openStage, untilConnected, type Stage } from "../src/stage.ts";
import { printTally, tally } from "../src/tally.ts";

const SOON = { timeout: 60_000, interval: 50 };
const IN_TIME = { timeout: 120_000, interval: 200 };
const PATIENT = {
  clientId: "dinge2epatient00001",
  clientSecret: "secret-of-the-patient-app",
  name: "patient",
};
const BLOCKED = {
  clientId: "dinge2eblocked00001",
  clientSecret: "secret-of-the-blocked-app",
  name: "blocked",
};

let stage: Stage;
let gateway: Gateway;

const inboxFolder = (clientId: string): string => join(stage.home.folder, "state/dingtalk", clientId);

beforeAll(async () => {
  stage = await openStage({
    simulator: { undeliverable: "hold", holdMs: 600_000, apps: [PATIENT, BLOCKED] },
    concurrency: 8,
  });
  const { app, endpoints } = stage.simulator;
  // Somebody's file stands where the inbox of this app should be.
  await mkdir(dirname(inboxFolder(BLOCKED.clientId)), { recursive: true });
  await writeFile(inboxFolder(BLOCKED.clientId), "");
  await stage.configure({
    enabled: true,
    endpoints,
    messageType: "card",
    dmPolicy: "open",
    allowFrom: ["*"],
    maxConcurrentTurns: 8,
    accounts: {
      quick: { clientId: app.clientId, clientSecret: app.clientSecret, turnTimeoutMs: 10_000 },
      patient: { clientId: PATIENT.clientId, clientSecret: PATIENT.clientSecret },
      blocked: { clientId: BLOCKED.clientId, clientSecret: BLOCKED.clientSecret },
    },
  });
  gateway = await stage.start();
  await untilConnected(stage.simulator, [app.clientId, PATIENT.clientId]);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const untilHeld = (count: number): Promise<void> =>
  vi.waitFor(() => expect(stage.model.held).toBe(count), SOON);

function takeBack({ messageId, clientId }: SaidMessage): Promise<unknown> {
  return stage.simulator.emitEvent({ type: "robot_msg_recall", clientId, data: { msgId: messageId } });
}

const answersTo = (said: SaidMessage): readonly object[] =>
  stage.simulator.ledger().find(({ messageId }) => messageId === said.messageId)?.answers ?? [];

/** The reaction goes after the answer. */
const untilTidy = (): Promise<void> =>
  vi.waitFor(
    () => expect(tally(stage.simulator, [])).toMatchObject({ openCards: 0, reactionsLeft: 0 }),
    IN_TIME,
  );

function showLogOnFailure(): void {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
}

test("an inbox that cannot be opened: one line says why and what to do, the other robots answer, and nothing is lost", async () => {
  showLogOnFailure();
  const { simulator } = stage;
  const line = await gateway.log.find(/\[blocked\] not started: store: /);
  expect(line).toContain(inboxFolder(BLOCKED.clientId));
  expect(line).toMatch(/mend what the system names there.*tried again every 15 s/);
  const held = await simulator.say({ clientId: BLOCKED.clientId, text: "is anybody there?" });
  const other = await ask(stage, { clientId: PATIENT.clientId, text: "hello" });
  expect(other).toMatchObject({ kind: "card", state: "FINISHED" });
  const status = await stage.home.run(["channels", "status"]);
  expect(status.stdout).toMatch(/blocked.*inbox/);

  await rm(inboxFolder(BLOCKED.clientId));
  const answer = await simulator.answer(held, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
  expect(gateway.log.lines.filter((one) => one.includes("not started: store"))).toHaveLength(1);
  await untilTidy();
  printTally("the inbox could not be opened", simulator, { held });
});

test("a message that is taken back: a running answer ends with a word, a waiting one is never given", async () => {
  showLogOnFailure();
  const { simulator, model } = stage;
  const clientId = PATIENT.clientId;
  const running = await simulator.say({ clientId, from: "running", text: "#hold this" });
  const ahead = await simulator.say({ clientId, from: "waiting", text: "#hold ahead" });
  await untilHeld(2);
  const waiting = await simulator.say({ clientId, from: "waiting", text: "never mind" });
  await waiting.delivered;
  expect(await takeBack(running)).toMatchObject({ acked: true });
  expect(await takeBack(waiting)).toMatchObject({ acked: true });
  await vi.waitFor(() => expect(answersTo(running)).toMatchObject([{ state: "FAILED" }]), IN_TIME);
  expect(answersTo(running)).toMatchObject([
    { text: expect.stringContaining("The message was taken back; it is not answered any more.") },
  ]);
  model.release();
  const after = await simulator.say({ clientId, from: "waiting", text: "and now?" });
  const cards = (): readonly string[] =>
    simulator
      .cards()
      .filter(({ conversationIds }) => conversationIds.includes(after.conversationId))
      .map(({ state, text }) => `${state} ${text}`);
  await vi.waitFor(() => expect(cards()).toHaveLength(2), IN_TIME);
  await vi.waitFor(() => expect(cards()[1]).toMatch(/^FINISHED You wrote \*\*and now\?\*\*/), IN_TIME);
  expect(model.requests.some(({ userText }) => userText === "never mind")).toBe(false);
  expect((await ask(stage, { clientId, from: "running", text: "hello again" })).text).toContain(
    "hello again",
  );
  await untilTidy();
  printTally("taken back by its sender", simulator, { running, ahead });
});

test("a model that says nothing more: the answer ends with a word, and the next message is answered", async () => {
  showLogOnFailure();
  const { simulator } = stage;
  const hung = await simulator.say({ from: "hung", text: "#hold for ever" });
  await untilHeld(1);
  const next = await simulator.say({ from: "hung", text: "still there?" });
  const ended = await simulator.answer(hung, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(ended).toMatchObject({ kind: "card", state: "FAILED" });
  expect(ended.text).toContain("The agent gave no sign of life for a long time");
  const answer = await simulator.answer(next, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
  expect(answer.text).toContain("still there?");
  expect(simulator.violations()).toEqual([]);
  await untilTidy();
  printTally("the watchdog", simulator, { hung, next });
});
