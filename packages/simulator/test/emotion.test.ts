import { openSimulator } from "dingtalk-simulator";
import type { SaidMessage, Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";
import type { Answered } from "./call.ts";

const NAME = "🤔思考中";

async function react(
  simulator: Simulator,
  action: "reply" | "recall",
  said: SaidMessage,
  change: object = {},
): Promise<Answered> {
  const body = {
    robotCode: simulator.app.robotCode,
    openMsgId: said.messageId,
    openConversationId: said.conversationId,
    emotionType: 2,
    emotionName: NAME,
    textEmotion: { emotionId: "2659900", emotionName: NAME, text: NAME, backgroundId: "im_bg_1" },
  };
  const token = await tokenOf(simulator);
  return call(`${simulator.url}/v1.0/robot/emotion/${action}`, { ...body, ...change }, { token });
}

test("a reaction appears under the message and goes again", async () => {
  await using simulator = await openSimulator();
  const said = await simulator.say("hi");
  expect((await react(simulator, "reply", said)).body).toEqual({ success: true });
  expect(simulator.messages()[0]?.reactions).toEqual([NAME]);
  expect((await react(simulator, "recall", said)).body).toEqual({ success: true });
  expect(simulator.messages()[0]?.reactions).toEqual([]);
});

test.for([
  ["a message that does not exist", { openMsgId: "msgNone" }, 500, "system.err"],
  ["a message of another conversation", { openConversationId: "cidOther==" }, 500, "system.err"],
  ["an incomplete emotion", { textEmotion: { text: NAME } }, 400, "invalidParameter.param.invalid"],
  ["a foreign robot", { robotCode: "dingnobody" }, 400, "invalidParameter.robotCode.notExsit"],
] as const)("a reaction is refused for %s", async ([, change, status, code]) => {
  await using simulator = await openSimulator();
  const said = await simulator.say("hi");
  const answer = await react(simulator, "reply", said, change);
  expect([answer.status, answer.at("code")]).toEqual([status, code]);
});

test("what is not there cannot be taken back", async () => {
  await using simulator = await openSimulator();
  const answer = await react(simulator, "recall", await simulator.say("hi"));
  expect([answer.status, answer.at("code")]).toEqual([500, "system.err"]);
});
