import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { SayInput, Simulator, SimulatorOptions } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, dig, tokenOf } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

const START_MS = 1_770_000_000_000;

/** The wire object of one message. */
async function wireOf(input: string | SayInput, options: SimulatorOptions = {}): Promise<unknown> {
  await using simulator = await openSimulator(options, { clock: createManualClock(START_MS) });
  await using peer = await openPeer(simulator);
  await simulator.say(input);
  return (await peer.next()).data;
}

test("a 1:1 text has DingTalk's fields and no group fields", async () => {
  const people = [{ staffId: "user01", nick: "User One", unionId: "union01", isAdmin: true }];
  const wire = await wireOf("hi", { people });
  expect(wire).toMatchObject({
    conversationType: "1",
    conversationId: expect.stringMatching(/^cid.{22}==$/),
    msgId: expect.stringMatching(/^msg.{22}==$/),
    msgtype: "text",
    text: { content: "hi" },
    senderStaffId: "user01",
    senderNick: "User One",
    isAdmin: true,
    senderUnionId: "union01",
    senderCorpId: "dingcorp01",
    senderId: expect.stringMatching(/^\$:LWCP_v1:\$/),
    robotCode: "dingsimulatorapp01",
    createAt: START_MS,
    sessionWebhookExpiredTime: START_MS + 5_400_000,
    sessionWebhook: expect.stringMatching(
      /^http:\/\/127.0.0.1:\d+\/robot\/sendBySession\?session=[0-9a-f]{32}$/,
    ),
  });
  for (const key of ["conversationTitle", "atUsers", "isInAtList"]) expect(wire).not.toHaveProperty(key);
});

test("a group text keeps the space after the mention, and lists the robot and the others mentioned", async () => {
  const groups = [{ id: "cidGroupAAAA==", title: "Ops room" }];
  const wire = await wireOf(
    { text: "deploy status", conversation: "cidGroupAAAA==", mentions: ["user02"] },
    { groups },
  );
  expect(wire).toMatchObject({
    conversationType: "2",
    conversationId: "cidGroupAAAA==",
    conversationTitle: "Ops room",
    isInAtList: true,
    text: { content: " deploy status" },
  });
  expect(dig(wire, "atUsers.0")).toEqual({ dingtalkId: dig(wire, "chatbotUserId"), staffId: "" });
  expect(dig(wire, "atUsers.1.staffId")).toBe("user02");
});

test("a person keeps the 1:1 conversation, and two people have two", async () => {
  const [one, again, two] = [
    await wireOf("a"),
    await wireOf("b"),
    await wireOf({ text: "c", from: "user02" }),
  ];
  expect(dig(again, "conversationId")).toBe(dig(one, "conversationId"));
  expect(dig(two, "conversationId")).not.toBe(dig(one, "conversationId"));
  expect(dig(two, "senderId")).not.toBe(dig(one, "senderId"));
});

test.for([
  "richText",
  "picture",
  "audio",
  "video",
  "file",
  "markdown",
  "interactiveCard",
  "actionCard",
  "chatRecord",
  "unknownMsgType",
])("has a sample of %s", async (msgtype) => {
  const wire = await wireOf({ msgtype });
  expect(wire).toMatchObject({ msgtype, content: expect.any(Object) });
  expect(wire).not.toHaveProperty("text");
});

test("content goes out as given, also as a JSON string", async () => {
  const content = '{"downloadCode":"abc"}';
  expect(await wireOf({ msgtype: "picture", content })).toMatchObject({ msgtype: "picture", content });
  const novel = { surprise: [1] };
  expect(await wireOf({ msgtype: "novelType", content: novel })).toMatchObject({ content: novel });
});

test("people cannot mention a robot with a file, and their unmentioned words are not delivered", async () => {
  await using simulator = await openSimulator();
  const conversation = "cidGroupAAAA==";
  await expect(simulator.say({ msgtype: "file", conversation })).rejects.toMatchObject({
    code: "DINGTALK_CONFIG",
  });
  const said = await simulator.say({ text: "just us", conversation, mention: false });
  expect(await said.delivered).toMatchObject({ acked: false, reason: "not-mentioned" });
  expect(simulator.messages(conversation)).toMatchObject([{ text: "just us", byRobot: false }]);
});

test("with groupDelivery all, unmentioned words arrive and say so", async () => {
  const input = { text: "just us", conversation: "cidGroupAAAA==", mention: false };
  expect(await wireOf(input, { groupDelivery: "all" })).toMatchObject({ isInAtList: false, atUsers: [] });
});

test("the staff id may be missing, the quota spent, and anything overridden or removed", async () => {
  expect(await wireOf({ withoutStaffId: true })).not.toHaveProperty("senderStaffId");
  const spent = await wireOf({ text: "lost", overQuota: true });
  expect(spent).toMatchObject({ errorCode: 20_001, errorMessage: expect.any(String) });
  expect(spent).not.toHaveProperty("text");
  const raw = await wireOf({ text: "hi", raw: { ai_robot_sessionid: "x", robotCode: undefined } });
  expect(raw).toMatchObject({ ai_robot_sessionid: "x" });
  expect(raw).not.toHaveProperty("robotCode");
});

test("a quote names the message, carries its words, and the receipt when the robot said them", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const original = await simulator.say("the quoted words");
  await peer.next();
  await simulator.say({ text: "what does this mean", quote: original.messageId });
  expect((await peer.next()).data).toMatchObject({
    originalMsgId: original.messageId,
    text: {
      isReplyMsg: true,
      repliedMsg: { msgType: "text", msgId: original.messageId, content: { text: "the quoted words" } },
    },
  });
  const receipt = await sendByRobot(simulator);
  await simulator.say({ text: "and this", quote: receipt });
  const quote = (await peer.next()).data;
  expect(quote).toMatchObject({ originalProcessQueryKey: receipt });
  expect(dig(quote, "text.repliedMsg.senderId")).toBe(dig(quote, "chatbotUserId"));
});

async function sendByRobot(simulator: Simulator): Promise<string> {
  const sent = await call(
    `${simulator.url}/v1.0/robot/oToMessages/batchSend`,
    {
      robotCode: simulator.app.robotCode,
      userIds: ["user01"],
      msgKey: "sampleText",
      msgParam: '{"content":"hello"}',
    },
    { token: await tokenOf(simulator) },
  );
  return String(sent.at("processQueryKey"));
}

test("what nobody could say is refused: unknown app, foreign 1:1, a group id that is none, an unknown quote", async () => {
  await using simulator = await openSimulator();
  const foreign = (await simulator.say({ from: "user02" })).conversationId;
  for (const input of [
    { clientId: "nobody" },
    { conversation: foreign },
    { conversation: "Ops" },
    { quote: "msgNone" },
  ]) {
    await expect(simulator.say(input)).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
  }
});

test("an app in HTTP mode gets nothing through Stream", async () => {
  await using simulator = await openSimulator({ app: { mode: "http" } });
  expect(await (await simulator.say("hi")).delivered).toMatchObject({ acked: false, reason: "http-mode" });
});
