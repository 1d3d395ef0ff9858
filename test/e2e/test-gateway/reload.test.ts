import type { Gateway } from "@dingtalk-kit/example-demo";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { editChannel } from "../src/edit-config.ts";
import { ANSWER_TIMEOUT_MS, ask, openStage, pairingCode, untilConnected, type Stage } from "../src/stage.ts";

// The tests build on each other's gateway: each leaves it running and connected.
let stage: Stage;
let gateway: Gateway;

beforeAll(async () => {
  stage = await openStage({ simulator: { undeliverable: "hold" } });
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  await stage.configure({
    enabled: true,
    clientId,
    clientSecret,
    endpoints,
    dmPolicy: "open",
    allowFrom: ["*"],
  });
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId]);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
});

/** Does something that makes the channel connect anew, and waits until it has. */
async function untilReconnected(cause: () => Promise<unknown>): Promise<void> {
  const from = gateway.log.lines.length;
  await cause();
  await gateway.log.find(/connected to DingTalk/, { from, timeoutMs: 90_000 });
  await untilConnected(stage.simulator, [stage.simulator.app.clientId]);
}

const repliesIn = (conversationId: string): number =>
  stage.simulator.messages(conversationId).filter(({ byRobot }) => byRobot).length;

test("takes over an edited config with one connection and one answer per message", async () => {
  const before = await ask(stage, { from: "alice", text: "before the edit" });
  expect(before.kind).toBe("message");
  await untilReconnected(() => editChannel(stage.home, { messageType: "card" }));

  const after = await ask(stage, { from: "alice", text: "after the edit" });
  expect(after).toMatchObject({ kind: "card", state: "FINISHED" });
  expect(repliesIn(after.conversationId)).toBe(2);
  expect(stage.simulator.connections()).toHaveLength(1);
});

test("lets a running answer end as if nothing had happened when its account is reloaded", async () => {
  const asked = await stage.simulator.say({ from: "bob", text: "#hold" });
  await expect.poll(() => stage.model.held, { timeout: ANSWER_TIMEOUT_MS }).toBe(1);
  const from = gateway.log.lines.length;
  await editChannel(stage.home, { debug: true });
  await gateway.log.find(/config change detected/, { from });
  stage.model.release();
  const answer = await stage.simulator.answer(asked, { timeoutMs: ANSWER_TIMEOUT_MS });
  expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
  expect(answer.text).toContain("answering ever since.");
  await gateway.log.find(/connected to DingTalk/, { from, timeoutMs: 90_000 });
  await untilConnected(stage.simulator, [stage.simulator.app.clientId]);
  expect(repliesIn(answer.conversationId)).toBe(1);
});

test("answers a message that comes while an approval restarts the channel, or asks for it again", async () => {
  await untilReconnected(() => editChannel(stage.home, { dmPolicy: "pairing", allowFrom: [] }));
  const challenge = await ask(stage, { from: "carol", text: "let me in" });
  const from = gateway.log.lines.length;
  // The first approval names an owner in the config; that restarts the channel in the middle of the next turn.
  const approval = await stage.home.run(["pairing", "approve", "dingtalk", pairingCode(challenge)]);
  expect(approval, approval.stderr).toMatchObject({ code: 0 });
  const answer = await ask(stage, { from: "carol", text: "am I in?" });
  expect(answer.text).toMatch(/am I in\?|send your message again/);
  await gateway.log.find(/connected to DingTalk/, { from, timeoutMs: 90_000 });
  await untilConnected(stage.simulator, [stage.simulator.app.clientId]);
  expect((await ask(stage, { from: "carol", text: "am I in now?" })).text).toContain("am I in now?");
  expect(repliesIn(answer.conversationId)).toBe(3);
});

test("answers after a clean restart and after a crash of the gateway, each time over one connection", async () => {
  const { clientId } = stage.simulator.app;
  await editChannel(stage.home, { dmPolicy: "open", allowFrom: ["*"] });
  await gateway[Symbol.asyncDispose]();
  expect(stage.simulator.connections()).toHaveLength(0);
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId]);
  const first = await ask(stage, { from: "dave", text: "after the restart" });
  expect(first).toMatchObject({ kind: "card", state: "FINISHED" });

  await gateway.kill();
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId]);
  const asked = await stage.simulator.say({ from: "dave", text: "after the crash" });
  const answers = (): number =>
    stage.simulator
      .messages(asked.conversationId)
      .filter(
        ({ byRobot, state, text }) => byRobot && state === "FINISHED" && text.includes("after the crash"),
      ).length;
  // Besides, the host may say that it does not know what became of the turn that the crash ended.
  await expect.poll(answers, { timeout: ANSWER_TIMEOUT_MS }).toBe(1);
});

test("does nothing against DingTalk's protocol in all of this", () => {
  expect(stage.simulator.violations()).toEqual([]);
});
