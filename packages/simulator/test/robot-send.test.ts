import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";
import type { Answered } from "./call.ts";

const TO_PEOPLE = "/v1.0/robot/oToMessages/batchSend";
const TO_GROUP = "/v1.0/robot/groupMessages/send";

async function sendTo(simulator: Simulator, path: string, change: object = {}): Promise<Answered> {
  const base = {
    robotCode: simulator.app.robotCode,
    msgKey: "sampleMarkdown",
    msgParam: JSON.stringify({ title: "T", text: "**hi**" }),
  };
  const target = path === TO_PEOPLE ? { userIds: ["user01"] } : { openConversationId: "cidGroupAAAA==" };
  const token = await tokenOf(simulator);
  return call(`${simulator.url}${path}`, { ...base, ...target, ...change }, { token });
}

test("a send to people appears in each one's 1:1 conversation under one receipt", async () => {
  await using simulator = await openSimulator();
  const sent = await sendTo(simulator, TO_PEOPLE, { userIds: ["user01", "user02"] });
  expect(sent.body).toEqual({
    processQueryKey: expect.stringMatching(/^.{22}==$/),
    invalidStaffIdList: [],
    flowControlledStaffIdList: [],
  });
  const shown = simulator.messages();
  expect(shown).toMatchObject([
    { id: sent.at("processQueryKey"), msgtype: "markdown", title: "T", text: "**hi**", route: "robot-api" },
    { id: sent.at("processQueryKey") },
  ]);
  expect(shown[0]?.conversationId).not.toBe(shown[1]?.conversationId);
});

test("people outside the directory and people under flow control are listed and get nothing", async () => {
  const people = [{ staffId: "user01" }, { staffId: "user02" }];
  await using simulator = await openSimulator({ people, flowControlledStaffIds: ["user02"] });
  const sent = await sendTo(simulator, TO_PEOPLE, { userIds: ["user01", "user02", "stranger"] });
  expect(sent.body).toMatchObject({
    invalidStaffIdList: ["stranger"],
    flowControlledStaffIdList: ["user02"],
  });
  expect(simulator.messages()).toHaveLength(1);
});

test("a send to a group appears there, and is an answer", async () => {
  await using simulator = await openSimulator();
  const said = await simulator.say({ text: "hi", conversation: "cidGroupAAAA==" });
  await sendTo(simulator, TO_GROUP);
  expect(await simulator.answer(said)).toMatchObject({ text: "**hi**", route: "robot-api" });
});

test.for([
  ["no robot code", { robotCode: undefined }, "invalidParameter.robotCode.empty"],
  ["an unknown robot code", { robotCode: "dingnobody" }, "invalidParameter.robotCode.notExsit"],
  ["another app's robot code", { robotCode: "dingother" }, "invalidParameter.robotCode.auth"],
  ["nobody", { userIds: [] }, "invalidParameter.userIds.empty"],
  [
    "too many people",
    { userIds: Array.from({ length: 21 }, (_, i) => `u${i}`) },
    "invalidParameter.userIds.overMax",
  ],
  ["no msgKey", { msgKey: "" }, "invalidParameter.msgKey.empty"],
  ["an unknown msgKey", { msgKey: "sampleFeedCard" }, "invalidParameter.msgKey.invalid"],
  ["msgParam as an object", { msgParam: { title: "T", text: "x" } }, "invalidParameter.msgParam.invalid"],
  ["msgParam that is no JSON", { msgParam: "hi" }, "invalidParameter.msgParam.invalid"],
  ["a missing member", { msgParam: '{"title":"T"}' }, "miss.param.markdownTotext"],
  [
    "a missing button",
    { msgKey: "sampleActionCard3", msgParam: '{"title":"T","text":"x","actionTitle1":"a","actionURL1":"b"}' },
    "invalidParameter.msgParam.invalid",
  ],
  [
    "15 001 bytes of msgParam",
    { msgParam: JSON.stringify({ title: "T", text: "字".repeat(4_993) }) },
    "invalidParameter.msgParam.tooLong",
  ],
] as const)("refuses %s", async ([, change, code]) => {
  const apps = [{ clientId: "dingother", clientSecret: "other-secret" }];
  await using simulator = await openSimulator({ apps });
  const sent = await sendTo(simulator, TO_PEOPLE, change);
  expect([sent.status, sent.at("code")]).toEqual([400, code]);
  expect(simulator.messages()).toEqual([]);
});

test("refuses a group that does not exist, a 1:1 conversation, and none at all", async () => {
  await using simulator = await openSimulator();
  const direct = (await simulator.say("hi")).conversationId;
  for (const openConversationId of ["cidNobody==", direct]) {
    const sent = await sendTo(simulator, TO_GROUP, { openConversationId });
    expect(sent.at("code")).toBe("invalid.openConversationId");
  }
  const sent = await sendTo(simulator, TO_GROUP, { openConversationId: undefined });
  expect(sent.at("code")).toBe("miss.openConversationId");
});
