import { expect, test } from "vitest";

import { replyTarget } from "../src/reply-target.ts";
import { messageFrom } from "./robot-message.ts";

test("answers a group in the group, its id untouched", () => {
  expect(replyTarget(messageFrom("group", "staff-1"))).toEqual({
    kind: "group",
    conversationId: "cidAbC+/=",
  });
  expect(replyTarget(messageFrom("group", undefined))).toEqual({
    kind: "group",
    conversationId: "cidAbC+/=",
  });
});

test("answers a 1:1 chat by the sender's staff id, because its conversation id cannot be sent to", () => {
  expect(replyTarget(messageFrom("direct", "staff-1"))).toEqual({ kind: "user", staffId: "staff-1" });
});

test("has no target for a 1:1 sender without staff id", () => {
  expect(replyTarget(messageFrom("direct", undefined))).toBeUndefined();
});
