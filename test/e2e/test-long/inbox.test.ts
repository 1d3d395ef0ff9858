import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SaidMessage } from "dingtalk-simulator";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, onTestFinished, test, vi } from "vitest";

import { ANSWER_TIMEOUT_MS, openStage, untilConnected, type Stage } from "../src/stage.ts";

/** What answers are sent with: cards, the robot, the session webhook. */
const WAYS_OUT = ["/v1.0/card/*", "/v1.0/robot/*", "/robot/sendBySession"];

let stage: Stage;
let gateway: Gateway;
let answered: SaidMessage;
let denied: SaidMessage;

beforeAll(async () => {
  stage = await openStage({ simulator: { undeliverable: "hold" } });
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  const access = { dmPolicy: "allowlist", allowFrom: ["alice", "carol"] };
  await stage.configure({ enabled: true, clientId, clientSecret, endpoints, messageType: "card", ...access });
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId]);
  answered = await stage.simulator.say({ from: "alice", text: "tell me a story" });
  await stage.simulator.answer(answered, { timeoutMs: ANSWER_TIMEOUT_MS });
  denied = await stage.simulator.say({ from: "bob", text: "me, too" });
  await untilState(denied, "done");
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
});

interface Output {
  readonly code: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `openclaw dingtalk … --json`. */
async function read(...args: readonly string[]): Promise<Output> {
  const { code, stdout, stderr } = await stage.home.run(["dingtalk", ...args, "--json"]);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  return { code, data: Object(JSON.parse(stdout)) };
}

async function untilState({ messageId }: SaidMessage, state: string): Promise<void> {
  const inState = async (): Promise<void> =>
    expect((await read("inbox", "show", messageId)).data).toMatchObject({ message: { state } });
  await vi.waitFor(inState, { timeout: 180_000, interval: 500 });
}

/** The commands that look, and where their answers come from. */
async function readAll(source: "gateway" | "file"): Promise<readonly unknown[]> {
  const outputs = [
    await read("inbox", "list"),
    await read("inbox", "show", answered.messageId, "--text"),
    await read("explain", answered.messageId),
    await read("explain", denied.messageId),
  ];
  for (const output of outputs) expect(output).toMatchObject({ code: 0, data: { source } });
  return outputs.map(({ data: { source: _source, ...data } }) => data);
}

let whileItRan: readonly unknown[];

test("inbox and explain: the running gateway tells what became of a message, and why another was not let in", async () => {
  whileItRan = await readAll("gateway");
  const [list, shown, ofAnswered, ofDenied] = whileItRan;
  expect(list).toMatchObject({
    accounts: [{ accountId: "default", active: true, done: 2, waiting: 0 }],
    messages: [
      { messageId: denied.messageId, accountId: "default", sender: "bob", state: "done" },
      { messageId: answered.messageId, sender: "alice", state: "done", attempts: 1 },
    ],
  });
  expect(shown).toMatchObject({ message: { messageId: answered.messageId }, text: "tell me a story" });
  expect(ofAnswered).toMatchObject({
    summary: "answered by the agent",
    access: { decision: "dispatch", letIn: true },
    card: stage.simulator.cards()[0]?.outTrackId,
    next: "nothing to do",
  });
  expect(ofDenied).toMatchObject({
    summary: "not answered: the sender is not among those who may write in 1:1 chats",
    access: { letIn: false, reason: "dm_policy_not_allowlisted" },
    next: "add the sender's staff id to channels.dingtalk.allowFrom",
  });
  const text = await stage.home.run(["dingtalk", "explain", denied.messageId]);
  expect(text).toMatchObject({ code: 0 });
  expect(text.stdout).toContain("Next: add the sender's staff id to channels.dingtalk.allowFrom.");
  expect(text.stdout.trimEnd()).toMatch(/\(asked the running gateway\)$/);
});

test("inbox retry: a dead letter is answered once what was wrong is mended, with the gateway running", async () => {
  const faults = WAYS_OUT.map((path) =>
    stage.simulator.fault({
      kind: "call.answer",
      status: 400,
      body: { code: "param.error" },
      where: { path },
    }),
  );
  onTestFinished(() => faults.forEach((fault) => fault.lift()));
  const dead = await stage.simulator.say({ from: "carol", text: "can you hear me?" });
  await untilState(dead, "dead");
  expect(await read("explain", dead.messageId)).toMatchObject({
    code: 0,
    data: { summary: expect.stringMatching(/^given up after \d attempts?: not delivered: /) },
  });
  for (const fault of faults) fault.lift();
  expect(await read("inbox", "retry", dead.messageId)).toMatchObject({
    code: 0,
    data: { result: "requeued", source: "gateway" },
  });
  const answer = await stage.simulator.answer(dead, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(answer.text).toContain("can you hear me?");
  await untilState(dead, "done");
  expect(await read("inbox", "retry", dead.messageId)).toMatchObject({
    code: 1,
    data: { error: { code: "not-retried-done" } },
  });
  expect(await read("inbox", "erase", "carol")).toMatchObject({
    code: 2,
    data: { error: { code: "usage" } },
  });
  expect(await read("inbox", "erase", "carol", "--yes")).toMatchObject({
    code: 0,
    data: { accounts: [{ texts: 1, records: 1 }], source: "gateway" },
  });
});

test("says so when the gateway does not let it ask, and leaves the file alone", async () => {
  const { env, folder } = stage.home;
  const { gateway: settings, ...config } = await stage.home.readConfig();
  const strange = join(folder, "strange.json");
  const auth = { mode: "token", token: "not-the-token" };
  await writeFile(strange, JSON.stringify({ ...config, gateway: { ...Object(settings), auth } }));
  const usual = env["OPENCLAW_CONFIG_PATH"];
  onTestFinished(() => void (env["OPENCLAW_CONFIG_PATH"] = usual));
  env["OPENCLAW_CONFIG_PATH"] = strange;
  expect(await read("inbox", "list")).toMatchObject({
    code: 1,
    data: { error: { code: "gateway-refused", next: expect.stringContaining("gateway.auth") }, source: null },
  });
});

test("inbox and explain: the file tells the same when no gateway runs", async () => {
  await gateway[Symbol.asyncDispose]();
  const [list, ...others] = await readAll("file");
  expect(others).toEqual(whileItRan.slice(1));
  expect(list).toMatchObject({ accounts: [{ accountId: "default", active: false, done: 3 }] });
  const text = await stage.home.run(["dingtalk", "inbox", "list"]);
  expect(text.stdout.trimEnd()).toMatch(/\(no gateway runs: used the file itself\)$/);
  expect(await stage.home.run(["dingtalk", "inbox", "list", "--state", "asleep"])).toMatchObject({ code: 2 });
});
