import { parseRobotMessage } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { messageFacts } from "../src/message-facts.ts";
import type { KnownFacts, MessageFacts } from "../src/message-facts.ts";

function read(wire: Readonly<Record<string, unknown>>, known?: KnownFacts): MessageFacts {
  const message = parseRobotMessage({
    msgId: "msg1",
    conversationId: "cidTeam==",
    conversationType: "2",
    senderId: "$:LWCP_v1:$u1",
    senderStaffId: "ann",
    chatbotUserId: "$:LWCP_v1:$bot",
    isInAtList: true,
    atUsers: [{ dingtalkId: "$:LWCP_v1:$bot" }],
    msgtype: "text",
    text: { content: " hello" },
    ...wire,
  });
  return messageFacts(message, known);
}

test("reads who wrote where, and what", () => {
  expect(read({}, { paired: true, command: "control" })).toEqual({
    conversation: { type: "group", id: "cidTeam==" },
    sender: { id: "ann", kind: "person", paired: true },
    mentionsRobot: true,
    mentionsAnybody: true,
    mentionsEverybody: false,
    command: "control",
    text: "hello",
  });
  expect(read({ conversationType: "1", atUsers: undefined, isInAtList: undefined })).toMatchObject({
    conversation: { type: "direct" },
    mentionsRobot: true,
    mentionsAnybody: false,
    sender: { paired: false },
    command: "none",
  });
});

test("takes the opaque id of people without a staff id, and none where there is none", () => {
  expect(read({ senderStaffId: "" }).sender.id).toBe("$:LWCP_v1:$u1");
  expect(read({ senderStaffId: undefined, senderId: undefined }).sender.id).toBeUndefined();
});

test("knows its own messages by the robot's id, and other robots by the ids that were given", () => {
  expect(read({ senderId: "$:LWCP_v1:$bot", senderStaffId: "" }).sender.kind).toBe("self");
  const known = { botIds: ["ann", "$:LWCP_v1:$other"] };
  expect(read({}, known).sender.kind).toBe("bot");
  expect(read({ senderStaffId: "bob", senderId: "$:LWCP_v1:$other" }, known).sender.kind).toBe("bot");
  expect(read({ senderStaffId: "bob" }, known).sender.kind).toBe("person");
});

test.for([
  ["@所有人 开会了", true],
  ["大家注意@所有人", true],
  ["@all please read", true],
  ["hi @Everyone!", true],
  ["＠所有人", false],
  ["mail a@all.com", false],
  ["@allen, look", false],
  ["所有人", false],
] as const)("finds in %s a mention of everybody: %s", ([content, everybody]) => {
  expect(read({ text: { content } }).mentionsEverybody).toBe(everybody);
});

test("a message to everybody is one to the robot only where the robot is named", () => {
  const toAll = { text: { content: "@所有人 开会了" } };
  expect(read(toAll)).toMatchObject({ mentionsRobot: true, mentionsEverybody: true });
  expect(read({ ...toAll, atUsers: [] })).toMatchObject({ mentionsRobot: false, mentionsAnybody: true });
  expect(read({ ...toAll, atUsers: [{ dingtalkId: "$:LWCP_v1:$u2" }] }).mentionsRobot).toBe(false);
  expect(read({ ...toAll, conversationType: "1" })).toMatchObject({
    mentionsRobot: true,
    mentionsEverybody: false,
  });
});
