import { expect, test } from "vitest";

import { parseRobotMessage } from "../src/parse-robot-message.ts";
import { plainText } from "../src/plain-text.ts";
import { fixtures, pick } from "./fixture.ts";

const messages = fixtures("robot-messages", "messages");
const textOf = (name: string, language?: "zh" | "en"): string =>
  plainText(parseRobotMessage(pick(messages, name)).content, language);

test("text and markdown stand for themselves", () => {
  expect(textOf("text-group")).toBe("deploy status");
  expect(textOf("markdown")).toBe("# title\nbody");
});

test("rich text gives its text in order, with placeholders for the rest [S2-67]", () => {
  expect(textOf("rich-text")).toBe("look at [图片]\nand this@bot [不支持的消息: skill]");
});

test("a voice message gives DingTalk's speech-to-text [S2-69]", () => {
  expect(textOf("audio")).toBe("turn on the light");
  expect(textOf("audio-without-recognition")).toBe("[语音]");
});

test("what is not text gives a placeholder, in either language", () => {
  expect(textOf("picture")).toBe("[图片]");
  expect(textOf("picture", "en")).toBe("[picture]");
  expect(textOf("video", "en")).toBe("[video]");
  expect(textOf("file")).toBe("[文件: q3.xlsx]");
  expect(textOf("future-type", "en")).toBe("[unsupported message: hologram]");
});

test("a message that robots cannot see gives DingTalk's sentence", () => {
  expect(textOf("unknown-msg-type")).toBe("用户发送了一条消息，机器人暂不支持接收。");
});

test("a card gives its title, text and link", () => {
  expect(textOf("action-card")).toBe("Weekly report\n# Report\nhttps://example.com/report");
  expect(plainText({ kind: "card", url: undefined, title: undefined, text: undefined })).toBe("[卡片]");
});

test("a chat record gives one line for each entry, or its summary", () => {
  expect(textOf("chat-record", "en")).toBe("[chat record: Chat of A and B]\nA: hi\nB: yo\nC: [picture]");
  expect(plainText({ kind: "chat-record", title: undefined, summary: ["A: hi"], entries: [] })).toBe(
    "[聊天记录]\nA: hi",
  );
});

test("an over-quota delivery has no text", () => {
  expect(textOf("over-quota")).toBe("");
});
