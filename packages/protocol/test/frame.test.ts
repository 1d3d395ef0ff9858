import { expect, test } from "vitest";

import { DecodeError } from "../src/errors.ts";
import { encodeAck, parseFrame } from "../src/frame.ts";
import { fixtures, pick } from "./fixture.ts";

const frames = fixtures("frames", "frames");
const frame = (name: string) => parseFrame(JSON.stringify(pick(frames, name)));

function refusal(text: string, maxBytes?: number): DecodeError {
  try {
    parseFrame(text, maxBytes === undefined ? {} : { maxBytes });
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error("the frame was accepted");
}

test("decodes every field of a callback frame", () => {
  const parsed = frame("robot-message");
  expect(parsed).toMatchObject({
    specVersion: "1.0",
    type: "CALLBACK",
    topic: "/v1.0/im/bot/messages/get",
    frameId: "212b9d7c_165f_19bfa1a500a_1461def",
    contentType: "application/json",
  });
  expect(parsed.headers["connectionId"]).toBe("0b7d0000-0000-4000-8000-000000000002");
  expect(JSON.parse(parsed.data)).toMatchObject({ msgtype: "text" });
});

test("keeps the data of a ping as text, and an ack echoes it verbatim", () => {
  const ping = frame("ping");
  expect(ping.data).toBe('{"opaque":"5f1e"}');
  expect(JSON.parse(encodeAck(ping, { data: ping.data }))).toEqual({
    code: 200,
    headers: { contentType: "application/json", messageId: "0a1b" },
    message: "OK",
    data: '{"opaque":"5f1e"}',
  });
});

test("keeps the event headers", () => {
  expect(frame("event").headers).toMatchObject({
    eventType: "chat_add_member",
    eventUnifiedAppId: "0c-uuid",
  });
});

test("makes text of a numeric message id, and keeps the headers as they came", () => {
  const parsed = frame("numeric-headers");
  expect(parsed.headers).toMatchObject({ messageId: 42, retry: true, extra: { a: 1 } });
  expect(parsed).toMatchObject({ frameId: "42", specVersion: undefined });
});

test("makes text of data that came as an object", () => {
  expect(frame("numeric-headers").data).toBe('{"msgId":"m"}');
});

test("keeps frames of an unknown type", () => {
  expect(frame("unknown-type")).toMatchObject({ type: "TELEPATHY", topic: "/thought", specVersion: "2.0" });
});

test("keeps a frame without message id and without data", () => {
  expect(frame("keepalive-without-message-id")).toMatchObject({
    topic: "KEEPALIVE",
    frameId: "",
    data: "",
  });
});

test("encodes an ack with code, message and object data", () => {
  const ack: unknown = JSON.parse(
    encodeAck({ frameId: "e-1" }, { code: 500, message: "later", data: { status: "LATER" } }),
  );
  expect(ack).toEqual({
    code: 500,
    headers: { contentType: "application/json", messageId: "e-1" },
    message: "later",
    data: '{"status":"LATER"}',
  });
});

test.each([undefined, null])("the data of an ack is a string for %s too", (data) => {
  expect(JSON.parse(encodeAck({ frameId: "1" }, { data }))).toMatchObject({ data: "{}" });
});

test("says what a malformed frame lacks", () => {
  expect(refusal("hello").message).toBe("frame is not a JSON object");
  expect(refusal("[]").message).toBe("frame is not a JSON object");
  expect(refusal("null").message).toBe("frame is not a JSON object");
  expect(refusal('{"headers":{"topic":"ping"}}').message).toBe("frame has no type");
  expect(refusal('{"type":"SYSTEM"}').message).toBe("frame has no headers");
  expect(refusal('{"type":"SYSTEM","headers":{}}').message).toBe("frame has no headers.topic");
});

test("the sample of a malformed frame shows its keys, never its values", () => {
  const { sample } = refusal('{"type":"","data":"{\\"text\\":\\"my password is hunter2\\"}"');
  expect(sample).toContain('"data"');
  expect(sample).not.toContain("hunter2");
});

test("the sample of an HTML answer says that it is one", () => {
  expect(refusal("<!DOCTYPE html><html><body>plain HTTP request").sample).toBe("<!DOCTYPE …");
});

test("accepts a frame of more than a megabyte", () => {
  const data = JSON.stringify({ text: { content: "x".repeat(1_100_000) } });
  const text = JSON.stringify({ type: "CALLBACK", headers: { topic: "t", messageId: "m" }, data });
  expect(parseFrame(text).data).toBe(data);
});

test("refuses a frame above the limit with its size in bytes, before parsing it", () => {
  expect(refusal("x".repeat(5 * 1024 * 1024)).message).toBe(
    "frame of 5242880 bytes is larger than the limit of 4194304 bytes",
  );
  expect(refusal("好".repeat(10), 29).message).toBe("frame of 30 bytes is larger than the limit of 29 bytes");
  expect(refusal("好".repeat(10), 30).message).toBe("frame is not a JSON object");
});

test("a header named __proto__ changes nothing", () => {
  const { headers, topic } = parseFrame(
    '{"type":"SYSTEM","headers":{"topic":"ping","__proto__":{"polluted":1}}}',
  );
  expect(topic).toBe("ping");
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
});

test("refuses data nested deeper than can be written again", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(refusal(`{"type":"EVENT","headers":{"topic":"*"},"data":${deep}}`).code).toBe("DINGTALK_DECODE");
});
