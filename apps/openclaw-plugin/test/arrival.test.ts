import { parseRobotMessage } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { reasonNotToAsk } from "../src/answer.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";

const wire = {
  msgId: "msg1",
  conversationId: "cidAbC==",
  conversationType: "1",
  senderStaffId: "Manager1",
  senderId: "$:LWCP_v1:$xY",
  senderNick: "小明",
  msgtype: "text",
  text: { content: " 你好 " },
};

function arrive(changes: Readonly<Record<string, unknown>> = {}): Arrival {
  const arrival = describeArrival(parseRobotMessage({ ...wire, ...changes }));
  if (arrival === undefined) throw new Error("no arrival");
  return arrival;
}

test("names a person by staff id, else by the opaque id", () => {
  expect(arrive()).toMatchObject({
    kind: "direct",
    senderId: "Manager1",
    peer: { kind: "direct", id: "Manager1" },
    to: "user:Manager1",
    text: "你好",
    language: "zh",
  });
  expect(arrive({ senderStaffId: undefined }).senderId).toBe("$:LWCP_v1:$xY");
});

test("keeps a group by its id, case and all", () => {
  expect(arrive({ conversationType: "2" })).toMatchObject({
    peer: { kind: "group", id: "cidAbC==" },
    to: "group:cidAbC==",
    from: "dingtalk:group:cidAbC==",
  });
});

test.each(["/stop", "停止", " STOP "])("gives %j to the host as /stop", (content) => {
  expect(arrive({ text: { content } })).toMatchObject({ stop: true, text: "/stop" });
});

test("explains what no agent can answer", () => {
  expect(reasonNotToAsk(arrive())).toBeUndefined();
  expect(reasonNotToAsk(arrive({ text: { content: "  " } }))).toBe("empty");
  expect(reasonNotToAsk(arrive({ text: { content: "x".repeat(1_000_000) } }))).toBe("too-long");
  expect(reasonNotToAsk(arrive({ msgtype: "hologram", text: undefined, content: { a: 1 } }))).toBe(
    "unsupported",
  );
});
