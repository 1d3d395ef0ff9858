import { expect, test } from "vitest";

import { parseFrame } from "../src/frame.ts";
import { parseEvent, parseHttpEvent } from "../src/parse-event.ts";
import { fixtures, pick } from "./fixture.ts";

const frames = fixtures("frames", "frames");

test("reads what an event is from the frame's headers, and what happened from its data", () => {
  expect(parseEvent(parseFrame(JSON.stringify(pick(frames, "event"))))).toEqual({
    type: "chat_add_member",
    eventId: "e-1",
    corpId: "dingcorp01",
    bornAtMs: 1_769_999_999_000,
    data: {
      openConversationId: "cidAAA==",
      userId: ["u2"],
      operator: "u1",
      corpId: "dingcorp01",
      timeStamp: 1_769_999_999_000,
    },
  });
});

test("falls back to the data where a header is missing", () => {
  const data = JSON.stringify({ eventType: "chat_disband", corpId: "dingcorp01", timeStamp: 5 });
  expect(parseEvent({ headers: {}, data })).toMatchObject({
    type: "chat_disband",
    eventId: undefined,
    corpId: "dingcorp01",
    bornAtMs: 5,
  });
});

test("keeps data that is not JSON", () => {
  expect(parseEvent({ headers: { eventType: "odd" }, data: "plain" }).data).toBe("plain");
});

test("refuses an event that does not say which", () => {
  expect(() => parseEvent({ headers: {}, data: "{}" })).toThrow("event frame has no eventType");
});

test("decodes an event pushed over HTTP, whose keys are capitalised", () => {
  const body = {
    EventType: "chat_add_member",
    EventTime: 1_770_000_000_000,
    CorpId: "dingcorp01",
    BizId: "b-1",
  };
  const expected = {
    type: "chat_add_member",
    eventId: "b-1",
    corpId: "dingcorp01",
    bornAtMs: 1_770_000_000_000,
    data: body,
  };
  expect(parseHttpEvent(JSON.stringify(body))).toEqual(expected);
  expect(() => parseHttpEvent("{}")).toThrow("event has no EventType");
});
