import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";

async function reply(simulator: Simulator, staffId: string, content: string): Promise<void> {
  const url = `${simulator.url}/v1.0/robot/oToMessages/batchSend`;
  const msgParam = JSON.stringify({ content });
  const body = { robotCode: simulator.app.robotCode, userIds: [staffId], msgKey: "sampleText", msgParam };
  await call(url, body, { token: await tokenOf(simulator) });
}

test("each answer goes to one question, in order, in its own conversation", async () => {
  await using simulator = await openSimulator();
  const first = await simulator.say("one");
  const second = await simulator.say("two");
  const other = await simulator.say({ text: "other", from: "user02" });
  const late = simulator.answer(second);
  const early = simulator.answer(first);
  await reply(simulator, "user02", "to user02");
  await reply(simulator, "user01", "to one");
  await reply(simulator, "user01", "to two");
  expect([(await early).text, (await late).text]).toEqual(["to one", "to two"]);
  expect((await simulator.answer(other)).text).toBe("to user02");
});

test("what was said before the question is no answer to it", async () => {
  await using simulator = await openSimulator();
  await reply(simulator, "user01", "good morning");
  const said = await simulator.say("hi");
  await reply(simulator, "user01", "hello");
  expect((await simulator.answer(said)).text).toBe("hello");
});

test("waiting ends with a TimeoutError, or when the caller gives up", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const said = await simulator.say("hi");
  const waiting = expect(simulator.answer(said, { timeoutMs: 5_000 })).rejects.toMatchObject({
    code: "DINGTALK_TIMEOUT",
  });
  await clock.advance(5_000);
  await waiting;
  const giveUp = new AbortController();
  const given = expect(simulator.answer(said, { signal: giveUp.signal })).rejects.toThrow("enough");
  giveUp.abort(new Error("enough"));
  await given;
  await expect(simulator.answer(said, { signal: giveUp.signal })).rejects.toThrow("enough");
  await reply(simulator, "user01", "hello");
  expect((await simulator.answer(said)).text).toBe("hello");
});
