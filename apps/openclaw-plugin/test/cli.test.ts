import { expect, test } from "vitest";

import { whyNotAnswered } from "../src/cli-ask.ts";
import { harmless, readInboxReply } from "../src/inbox-reply.ts";
import { InboxUsageError, readInboxRequest } from "../src/inbox-request.ts";

/** As the host's client throws it: told by its name, whichever copy of the host has made it. */
function transportError(fields: Readonly<Record<string, unknown>>): Error {
  const connectionDetails = { url: "ws://127.0.0.1:1", urlSource: "local loopback", message: "" };
  const error = Object.assign(new Error("Gateway not reachable"), { connectionDetails, ...fields });
  error.name = "GatewayTransportError";
  return error;
}

function requestError(gatewayCode: string, message: string): Error {
  const error = Object.assign(new Error(message), { gatewayCode, retryable: false });
  error.name = "GatewayClientRequestError";
  return error;
}

const nobodyListens = { kind: "closed", reason: "connect ECONNREFUSED 127.0.0.1:1" };

test("takes a gateway for absent only when nobody listens on this machine", () => {
  expect(whyNotAnswered(transportError(nobodyListens))).toEqual({ kind: "absent" });
  const remote = { url: "wss://elsewhere", urlSource: "config gateway.remote.url", message: "" };
  const others = [
    transportError({ ...nobodyListens, connectionDetails: remote }),
    transportError({ kind: "timeout", timeoutMs: 1 }),
    transportError({ kind: "closed", code: 1012, reason: "service restart" }),
    transportError({ kind: "closed", code: 1008, reason: "unauthorized" }),
    "no error at all",
  ];
  for (const error of others) expect(whyNotAnswered(error)).toMatchObject({ kind: "refused" });
});

test.each([
  {
    error: transportError({ kind: "timeout", timeoutMs: 1 }),
    code: "gateway-silent",
    next: "openclaw gateway status",
  },
  {
    error: requestError("INVALID_REQUEST", "unknown method: dingtalk.inbox.list"),
    code: "gateway-without-plugin",
    next: "openclaw plugins inspect dingtalk",
  },
  {
    error: requestError("INVALID_REQUEST", "unauthorized: gateway token mismatch"),
    code: "gateway-refused",
    next: "gateway.auth",
  },
  {
    error: requestError("FORBIDDEN", "missing scope: operator.admin"),
    code: "gateway-refused",
    next: "OPENCLAW_GATEWAY_TOKEN",
  },
  { error: requestError("UNAVAILABLE", "Error: disk"), code: "gateway-failed", next: "openclaw logs" },
  {
    error: transportError({ kind: "closed", code: 1008, reason: "unauthorized: gateway token mismatch" }),
    code: "gateway-refused",
    next: "gateway.auth",
  },
  { error: new Error("no credentials"), code: "gateway-refused", next: "OPENCLAW_GATEWAY_TOKEN" },
])("says what to do about a gateway that does not answer: $code", ({ error, code, next }) => {
  expect(whyNotAnswered(error)).toMatchObject({
    kind: "refused",
    refusal: { code, next: expect.stringContaining(next) },
  });
});

test("reads what was asked, from options and from a client of the gateway alike", () => {
  expect(readInboxRequest("list", {})).toEqual({ action: "list", limit: 20 });
  expect(readInboxRequest("list", { limit: "5", state: "dead", accountId: "one" })).toEqual({
    action: "list",
    accountId: "one",
    state: "dead",
    limit: 5,
  });
  expect(readInboxRequest("drop", { messageId: " msg-1 ", reason: "x".repeat(1_000) })).toEqual({
    action: "drop",
    messageId: "msg-1",
    reason: "x".repeat(200),
  });
});

test.each([
  { action: "list", params: { state: "asleep" }, says: "waiting, running, done, dead, dropped" },
  { action: "list", params: { limit: "many" }, says: "whole number" },
  { action: "list", params: { limit: 0 }, says: "whole number" },
  { action: "explain", params: {}, says: "messageId is missing" },
  { action: "erase", params: { staffId: "  " }, says: "staffId must be a text" },
  { action: "show", params: { messageId: ["a"] }, says: "messageId must be a text" },
] as const)("refuses $action with $params", ({ action, params, says }) => {
  expect(() => readInboxRequest(action, params)).toThrow(InboxUsageError);
  expect(() => readInboxRequest(action, params)).toThrow(says);
});

test("does not take the answer of another version for its own", () => {
  expect(readInboxReply({ exitCode: 0, data: { a: 1 }, lines: ["a"] })).toEqual({
    exitCode: 0,
    data: { a: 1 },
    lines: ["a"],
  });
  for (const other of [
    undefined,
    "text",
    [],
    {},
    { exitCode: 0, lines: [] },
    { exitCode: "0", data: {}, lines: [] },
  ])
    expect(readInboxReply(other)).toBeUndefined();
});

test("shows a text without what a terminal would obey", () => {
  expect(harmless("价格\n\tis \u{1B}[2J\u{9B}1m😀\u{0}")).toBe("价格\n\tis \u{FFFD}[2J\u{FFFD}1m😀\u{FFFD}");
});
