import { expect, test } from "vitest";

import { MAX_QUOTE_DEPTH } from "../src/parse-quote.ts";
import { parseRobotMessage } from "../src/parse-robot-message.ts";
import type { Quote } from "../src/robot-message.ts";
import { fixtures, pick } from "./fixture.ts";

const messages = fixtures("robot-messages", "messages");
const quoting = (repliedMsg: unknown): Quote | undefined =>
  parseRobotMessage({ ...pick(messages, "text-group"), text: { content: "?", repliedMsg } }).quote;
const quoteOf = (name: string): Quote | undefined => parseRobotMessage(pick(messages, name)).quote;

test.each(["quote-text", "quote-text-in-content", "quote-text-plain-string", "quote-content-json-string"])(
  "reads the quoted words of %s",
  (name) => {
    expect(quoteOf(name)).toEqual({
      messageId: "msgORIG==",
      processQueryKey: undefined,
      senderId: "$:LWCP_v1:$u9",
      createdAtMs: 1_769_999_000_000,
      content: { kind: "text", text: "the quoted words" },
      quote: undefined,
    });
    expect(parseRobotMessage(pick(messages, name)).content).toEqual({
      kind: "text",
      text: "what does this mean",
    });
  },
);

test("reads a quoted rich text, whose parts are keyed differently", () => {
  expect(quoteOf("quote-rich-text")?.content).toEqual({
    kind: "rich-text",
    parts: [
      { kind: "text", text: "see " },
      { kind: "picture", downloadCode: "DC9" },
      { kind: "mention", name: "bot", userId: undefined },
      { kind: "text", text: "[微笑]" },
    ],
  });
});

test("reads quoted pictures and files", () => {
  expect(quoteOf("quote-picture")?.content).toEqual({ kind: "picture", downloadCode: "DC8" });
  expect(quoteOf("quote-file")?.content).toMatchObject({
    kind: "file",
    fileName: "plan.pdf",
    downloadCode: "DC7",
  });
  expect(quoteOf("quote-audio")?.content).toMatchObject({ kind: "audio", downloadCode: "DC6" });
  expect(quoteOf("quote-video")?.content).toMatchObject({ kind: "video", downloadCode: "DC5" });
});

test("a quoted file in a group is unsupported but keeps its id", () => {
  expect(quoteOf("quote-file-in-group")).toMatchObject({
    messageId: "msgORIG==",
    content: { kind: "unsupported", msgtype: "unknownMsgType" },
  });
});

test("reads the visible text out of a quoted card's tree, and the receipt of its send", () => {
  expect(quoteOf("quote-interactive-card")).toMatchObject({
    processQueryKey: "pqkCARD+/==",
    content: { kind: "card", text: "# Plan\nstep one" },
  });
  expect(quoteOf("quote-interactive-card-empty")).toMatchObject({
    processQueryKey: "pqkCARD+/==",
    content: { kind: "card", text: undefined },
  });
});

test("a card's tree is walked only so far", () => {
  let tree: unknown = { value: "bottom" };
  for (let level = 0; level < 500; level++) tree = { value: "x", children: [tree] };
  const wire = {
    ...pick(messages, "quote-interactive-card"),
    text: { content: "?", repliedMsg: { msgType: "interactiveCard", content: { cardContent: tree } } },
  };
  const { quote } = parseRobotMessage(wire);
  expect(quote?.content).toMatchObject({ kind: "card" });
  expect(JSON.stringify(quote)).not.toContain("bottom");
});

test("follows a quote within a quote", () => {
  expect(quoteOf("quote-nested")).toMatchObject({
    content: { text: "outer" },
    quote: { messageId: "msgINNER==", content: { text: "inner" }, quote: undefined },
  });
});

test("stops at the depth limit and loses nothing of the rest", () => {
  let depth = 0;
  for (let quote = quoteOf("quote-nested-too-deep"); quote !== undefined; quote = quote.quote) depth++;
  expect(depth).toBe(MAX_QUOTE_DEPTH);
  const { raw } = parseRobotMessage(pick(messages, "quote-nested-too-deep"));
  expect(JSON.stringify(raw)).toContain("level 0");
});

test("reads the older quoteMessage", () => {
  expect(quoteOf("quote-legacy")).toMatchObject({
    messageId: "msgOLD==",
    senderId: "$:LWCP_v1:$u3",
    content: { kind: "text", text: "the old words" },
  });
});

test("keeps a quote of which DingTalk tells only the id", () => {
  expect(quoteOf("quote-message-id-only")).toMatchObject({ messageId: "msgORIG==", content: undefined });
  expect(quoteOf("quote-process-query-key-only")).toMatchObject({
    messageId: undefined,
    processQueryKey: "pqkBOT==",
    content: undefined,
  });
});

test("guesses the type of a quote that names none", () => {
  expect(quoting({ content: { text: "a" } })?.content).toEqual({ kind: "text", text: "a" });
  expect(quoting({ content: { richText: [{ text: "b" }] } })?.content).toMatchObject({ kind: "rich-text" });
  expect(quoting({ msgId: "m" })).toMatchObject({ messageId: "m", content: undefined });
});

test("an ordinary message quotes nothing", () => {
  expect(quoteOf("text-group")).toBeUndefined();
});
