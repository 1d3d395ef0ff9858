import { expect, test } from "vitest";

import { parseRobotMessage } from "../src/parse-robot-message.ts";
import type { RobotMessage } from "../src/robot-message.ts";
import { fixtures, pick } from "./fixture.ts";

const messages = fixtures("robot-messages", "messages");
const message = (name: string): RobotMessage => parseRobotMessage(pick(messages, name));

const RICH_PARTS = [
  { kind: "text", text: "look at " },
  { kind: "picture", downloadCode: "DC1" },
  { kind: "text", text: "\nand this" },
  { kind: "mention", name: "bot", userId: "user77" },
  { kind: "unsupported", partType: "skill", raw: { msgType: "skill", skillData: { id: 7 } } },
];

test("decodes the envelope of a group message", () => {
  expect(message("text-group")).toEqual({
    messageId: "msgTEXT01+/Aa==",
    robotCode: "dingexampleappkey01",
    conversation: { id: "cidGroupAAAA==", type: "group", title: "Ops room" },
    sender: {
      staffId: "user01",
      id: "$:LWCP_v1:$u1",
      unionId: undefined,
      nick: "User One",
      corpId: "dingcorp01",
      platform: "Mac",
      isAdmin: true,
    },
    robot: { userId: "$:LWCP_v1:$bot1", corpId: "dingcorp01" },
    createdAtMs: 1_770_000_000_000,
    mentionsRobot: true,
    mentions: [
      { dingtalkId: "$:LWCP_v1:$bot1", staffId: undefined, unionId: undefined },
      { dingtalkId: "$:LWCP_v1:$u2", staffId: "user02", unionId: undefined },
    ],
    sessionWebhook: {
      url: "https://oapi.dingtalk.com/robot/sendBySession?session=0f3ac1",
      expiresAtMs: 1_770_005_400_000,
    },
    content: { kind: "text", text: "deploy status" },
    quote: undefined,
    raw: pick(messages, "text-group"),
  });
});

test("decodes JSON text and the object that it stands for alike", () => {
  for (const wire of messages.values()) {
    expect(parseRobotMessage(JSON.stringify(wire))).toEqual(parseRobotMessage(wire));
  }
});

test("a direct message has no title and always means the robot", () => {
  expect(message("text-direct")).toMatchObject({
    conversation: { id: "cidDirectBBBB=", type: "direct", title: undefined },
    mentionsRobot: true,
    mentions: [],
    content: { kind: "text", text: "hi" },
  });
});

test("keeps the case and the signs of ids", () => {
  expect(message("text-group").messageId).toBe("msgTEXT01+/Aa==");
  expect(message("text-group").conversation.id).toBe("cidGroupAAAA==");
});

test("trims the space and the U+2005 that mentions leave behind", () => {
  expect(message("text-group").content).toEqual({ kind: "text", text: "deploy status" });
  expect(message("text-four-per-em-space").content).toEqual({ kind: "text", text: "deploy status" });
});

test("an empty staff id is no staff id", () => {
  expect(message("text-external-sender").sender.staffId).toBeUndefined();
});

test("decodes a message to an unpublished app, which lacks staff id, admin flag and session webhook", () => {
  const { sender, sessionWebhook } = message("text-unpublished-app");
  expect(sender).toMatchObject({ staffId: undefined, id: "$:LWCP_v1:$u1", isAdmin: false });
  expect(sessionWebhook).toBeUndefined();
});

test("reads text from content that came as JSON text", () => {
  expect(message("text-in-content-string").content).toEqual({ kind: "text", text: "from a string" });
});

test("text that is JSON itself stays as the person wrote it", () => {
  const wire = { ...pick(messages, "text-direct"), text: { content: '{"content":"x"}' } };
  expect(parseRobotMessage(wire).content).toEqual({ kind: "text", text: '{"content":"x"}' });
});

test.each(["rich-text", "rich-text-content-string", "rich-text-old-list"])(
  "decodes the parts of %s",
  (name) => {
    expect(message(name).content).toEqual({ kind: "rich-text", parts: RICH_PARTS });
  },
);

test("a rich text part keeps its spaces", () => {
  const wire = { ...pick(messages, "rich-text"), content: { richText: ["  a ", { text: " b\n" }, 7] } };
  expect(parseRobotMessage(wire).content).toEqual({
    kind: "rich-text",
    parts: [
      { kind: "text", text: "  a " },
      { kind: "text", text: " b\n" },
      { kind: "unsupported", partType: undefined, raw: 7 },
    ],
  });
});

test("decodes a picture, and takes the older download code where there is no other", () => {
  expect(message("picture").content).toEqual({ kind: "picture", downloadCode: "DC2" });
  const older = { ...pick(messages, "picture"), content: { pictureDownloadCode: "PDC2" } };
  expect(parseRobotMessage(older).content).toEqual({ kind: "picture", downloadCode: "PDC2" });
});

test("decodes a voice message with DingTalk's recognition", () => {
  expect(message("audio").content).toEqual({
    kind: "audio",
    downloadCode: "DC3",
    durationMs: 4000,
    recognition: "turn on the light",
  });
});

test("decodes a voice message without recognition, its content and duration as text", () => {
  expect(message("audio-without-recognition").content).toEqual({
    kind: "audio",
    downloadCode: "DC3",
    durationMs: 4000,
    recognition: undefined,
  });
});

test("reads a duration below 1000 as seconds, otherwise as milliseconds", () => {
  expect(message("video").content).toMatchObject({ kind: "video", durationMs: 4000, videoType: "mp4" });
  expect(message("video-seconds").content).toMatchObject({ durationMs: 5000, downloadCode: "DC4" });
  const odd = { ...pick(messages, "video"), content: { duration: "soon" } };
  expect(parseRobotMessage(odd).content).toMatchObject({ durationMs: undefined, downloadCode: undefined });
});

test("decodes a file, its numeric ids as text", () => {
  expect(message("file").content).toEqual({
    kind: "file",
    downloadCode: "DC5",
    fileName: "q3.xlsx",
    fileId: "98765",
    spaceId: "12345",
  });
});

test("decodes forwarded markdown", () => {
  expect(message("markdown").content).toEqual({ kind: "markdown", text: "# title\nbody" });
});

test("decodes a shared document and an action card", () => {
  expect(message("interactive-card").content).toMatchObject({
    kind: "card",
    url: "https://alidocs.dingtalk.com/i?route=previewDentry&type=file&spaceId=123&fileId=456",
  });
  expect(message("action-card").content).toEqual({
    kind: "card",
    url: "https://example.com/report",
    title: "Weekly report",
    text: "# Report",
  });
});

test("decodes a forwarded chat record in every known encoding", () => {
  const entries = [
    { sender: "A", text: "hi", msgtype: "text", createdAtMs: 1_769_990_000_000 },
    { sender: "B", text: "yo", msgtype: "text", createdAtMs: undefined },
    { sender: "C", text: undefined, msgtype: "picture", createdAtMs: undefined },
  ];
  const title = "Chat of A and B";
  expect(message("chat-record").content).toEqual({
    kind: "chat-record",
    title,
    summary: ["A: hi", "B: yo"],
    entries,
  });
  expect(message("chat-record-records-array").content).toEqual({
    kind: "chat-record",
    title,
    summary: [],
    entries,
  });
  expect(message("chat-record-messages").content).toEqual({
    kind: "chat-record",
    title: undefined,
    summary: ["A: hi"],
    entries,
  });
});

test("a message that robots cannot see gives DingTalk's own sentence", () => {
  expect(message("unknown-msg-type").content).toMatchObject({
    kind: "unsupported",
    msgtype: "unknownMsgType",
    notice: "用户发送了一条消息，机器人暂不支持接收。",
  });
});

test("a type that we do not know is kept as it came", () => {
  expect(message("future-type").content).toEqual({
    kind: "unsupported",
    msgtype: "hologram",
    notice: undefined,
    raw: { beam: 1 },
  });
});

test.each(["constructor", "__proto__", "toString"])("a type named %s is just unknown", (msgtype) => {
  const wire = { ...pick(messages, "future-type"), msgtype };
  expect(parseRobotMessage(wire).content).toMatchObject({ kind: "unsupported", msgtype, raw: { beam: 1 } });
});

test("an over-quota delivery says so instead of looking empty", () => {
  expect(message("over-quota")).toMatchObject({
    messageId: "msgQ==",
    conversation: { id: "cidDirectBBBB=", type: "direct" },
    content: {
      kind: "over-quota",
      platformCode: "20001",
      platformMessage: "monthly quota is used up",
    },
  });
});

test("an over-quota delivery of a known type, its code as text, says so too", () => {
  const wire = { ...pick(messages, "text-group"), text: undefined, errorCode: "20001" };
  expect(parseRobotMessage(wire)).toMatchObject({
    conversation: { type: "group" },
    content: { kind: "over-quota", platformMessage: undefined },
  });
});

test("believes isInAtList, else looks for the robot among the mentions, else trusts the delivery", () => {
  const { isInAtList, ...silent } = pick(messages, "text-group");
  expect(isInAtList).toBe(true);
  const mentions = (change: Record<string, unknown>): boolean =>
    parseRobotMessage({ ...silent, ...change }).mentionsRobot;
  expect(mentions({ isInAtList: false })).toBe(false);
  expect(mentions({})).toBe(true);
  expect(mentions({ atUsers: [{ dingtalkId: "$:LWCP_v1:$u2" }] })).toBe(false);
  expect(mentions({ atUsers: undefined })).toBe(true);
});

test("names the field without which a message cannot be answered", () => {
  expect(() => parseRobotMessage({ conversationId: "c" })).toThrow("robot message has no msgId");
  expect(() => parseRobotMessage({ msgId: "m" })).toThrow("robot message has no conversationId");
  expect(() => parseRobotMessage({ msgId: "", conversationId: "c" })).toThrow("robot message has no msgId");
  expect(() => parseRobotMessage("nonsense")).toThrow("robot message is not a JSON object");
  expect(() => parseRobotMessage(null)).toThrow("robot message is not a JSON object but null");
  expect(() => parseRobotMessage([])).toThrow("robot message is not a JSON object but an array");
});
