import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { openApiDesk } from "./api-desk.ts";

const ADD = "/v1.0/robot/emotion/reply";
const REMOVE = "/v1.0/robot/emotion/recall";
const TRANSIENT = { status: 500, body: { code: "system.err", message: "系统异常" } };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("puts a reaction on a message and takes it back", async () => {
  await using desk = await openApiDesk();
  const said = await desk.simulator.say("hello");
  const reaction = { messageId: said.messageId, conversationId: said.conversationId, name: "🤔思考中" };
  await desk.api.reactions.add(reaction);
  expect(desk.simulator.messages()[0]?.reactions).toEqual(["🤔思考中"]);
  await desk.api.reactions.remove(reaction);
  expect(desk.simulator.messages()[0]?.reactions).toEqual([]);
});

test("waits for a message that has not settled yet", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  const said = await desk.simulator.say("hello");
  desk.simulator.failNext(ADD, { ...TRANSIENT, times: 2 });
  const reaction = { messageId: said.messageId, conversationId: said.conversationId, name: "👍" };
  const added = desk.api.reactions.add(reaction);
  for (const delayMs of [400, 1_200]) {
    while (clock.pending === 0) await turn();
    await clock.advance(delayMs);
  }
  await added;
  expect(desk.countOf(ADD)).toBe(3);
});

test("gives up after the last try, and throws what DingTalk said", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  const said = await desk.simulator.say("hello");
  desk.simulator.failNext(REMOVE, { ...TRANSIENT, times: 3 });
  const reaction = { messageId: said.messageId, conversationId: said.conversationId, name: "👍" };
  const removed = expect(desk.api.reactions.remove(reaction)).rejects.toMatchObject({
    platformCode: "system.err",
  });
  for (const delayMs of [1_500, 5_000]) {
    while (clock.pending === 0) await turn();
    await clock.advance(delayMs);
  }
  await removed;
  expect(desk.countOf(REMOVE)).toBe(3);
});

test("does not repeat what DingTalk refuses for good", async () => {
  await using desk = await openApiDesk({ api: { robotCode: "dingotherrobot" } });
  const said = await desk.simulator.say("hello");
  const reaction = { messageId: said.messageId, conversationId: said.conversationId, name: "👍" };
  await expect(desk.api.reactions.add(reaction)).rejects.toMatchObject({ status: 400 });
  expect(desk.countOf(ADD)).toBe(1);
});

test("stops waiting when its signal fires", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  const said = await desk.simulator.say("hello");
  desk.simulator.failNext(ADD, TRANSIENT);
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const reaction = { messageId: said.messageId, conversationId: said.conversationId, name: "👍" };
  const added = expect(desk.api.reactions.add(reaction, controller.signal)).rejects.toBe(reason);
  while (clock.pending === 0) await turn();
  controller.abort(reason);
  await added;
  expect(clock.pending).toBe(0);
});
