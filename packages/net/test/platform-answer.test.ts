import { ApiError, AuthError, DecodeError, PermissionError, RateLimitError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { parseJsonAnswer } from "../src/json-answer.ts";
import { readPlatformAnswer } from "../src/platform-answer.ts";
import type { PlatformObject } from "../src/index.ts";

const call = { name: "POST /v1.0/card/instances" };

function read(status: number, body: unknown): PlatformObject {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const json = (): unknown => parseJsonAnswer(text, { status, name: call.name, stage: undefined });
  return readPlatformAnswer({ status, headers: {}, text, json }, call);
}

function refusal(status: number, body: unknown): ApiError {
  try {
    read(status, body);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

test("passes a success on", () => {
  expect(read(200, { success: true })).toEqual({ success: true });
  expect(read(200, { errcode: 0, errmsg: "ok" })).toEqual({ errcode: 0, errmsg: "ok" });
  expect(read(200, { errcode: "0", errmsg: "ok" })).toMatchObject({ errmsg: "ok" });
});

test("keeps status, code, message and request id of a refusal", () => {
  const error = refusal(400, {
    code: "param.templateNotExist",
    message: "no such template",
    requestid: "8A6C",
  });
  expect(error).toMatchObject({
    code: "DINGTALK_API",
    status: 400,
    platformCode: "param.templateNotExist",
    platformMessage: "no such template",
    requestId: "8A6C",
    retryable: false,
  });
  expect(error.message).toBe(
    "DingTalk refused POST /v1.0/card/instances: HTTP 400 param.templateNotExist no such template (request id 8A6C)",
  );
  expect(refusal(400, { code: "x", requestId: "B" }).requestId).toBe("B");
});

test.each([
  [400, { code: "InvalidAuthentication", message: "不合法的access_token" }],
  [403, { code: "InvalidAuthentication", message: "不合法的access_token" }],
  [500, { code: "InvalidAuthentication", message: "不合法的access_token" }],
  [200, { code: "InvalidAuthentication", message: "不合法的access_token" }],
  [400, { code: "invalidClientIdOrSecret" }],
  [401, { code: "authFailed", message: "鉴权失败", requestid: "1" }],
  [401, { code: "InvalidAppKey" }],
  [200, { errcode: 40014, errmsg: "不合法的access_token" }],
  [200, { errcode: 88, errmsg: "ding talk error", sub_code: "40014", sub_msg: "bad token", request_id: "q" }],
])("calls refused credentials an AuthError: %s %o", (status, body) => {
  expect(refusal(status, body)).toBeInstanceOf(AuthError);
});

test.each([
  ["Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 2_000],
  ["Forbidden.AccessDenied.QpsLimitForApi", 2_000],
  ["Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", 60_000],
])("knows throttling, which is a 403 and never a 429: %s", (code, retryAfterMs) => {
  const error = refusal(403, { code, message: "暂时禁用" });
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({ retryAfterMs, retryable: true });
});

test("names the missing scope and where to add it", () => {
  const error = refusal(403, {
    code: "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    message: "没有调用该接口的权限",
    accessdenieddetail: { requiredScopes: ["Card.Streaming.Write"] },
  });
  expect(error).toBeInstanceOf(PermissionError);
  expect(error).toMatchObject({ requiredScopes: ["Card.Streaming.Write"], retryable: false });
  expect(error.message).toContain("permission Card.Streaming.Write");
  expect(error.message).toContain("open-dev.dingtalk.com");
  expect(refusal(200, { errcode: 60011, errmsg: "no permission" })).toBeInstanceOf(PermissionError);
});

test("does not take every 403 for a missing permission", () => {
  const quota = refusal(403, { code: "Forbidden.AccessDenied.ApiCountLimitForOrg" });
  expect(quota.code).toBe("DINGTALK_API");
  const address = refusal(403, { code: "Forbidden.AccessDenied.IpNotInWhiteList" });
  expect(address.code).toBe("DINGTALK_API");
  expect(address.message).toContain("allowlist");
});

test("passes unknown codes of the legacy gateway through", () => {
  const error = refusal(200, { errcode: 300001, errmsg: "session 不存在" });
  expect(error).toMatchObject({ code: "DINGTALK_API", status: 200, platformCode: "300001" });
  expect(refusal(200, { errcode: 130101 })).toMatchObject({ retryAfterMs: 60_000 });
  expect(refusal(200, { errcode: 410100 })).toMatchObject({ retryAfterMs: 600_000 });
});

test("knows the ban of an address, which has no envelope", () => {
  const error = refusal(200, { status: 1111, wait: 5, source: "x5", punish: "deny", uuid: "xxx" });
  expect(error).toMatchObject({ code: "DINGTALK_RATE_LIMITED", retryAfterMs: 300_000 });
});

test("may repeat a server's failure", () => {
  expect(refusal(500, { code: "system.err" }).retryable).toBe(true);
  expect(refusal(503, "").retryable).toBe(true);
  expect(refusal(302, {}).retryable).toBe(false);
});

test("refuses what is not an object", () => {
  expect(() => read(200, [1])).toThrow(DecodeError);
  expect(() => read(400, "[1]")).toThrow(ApiError);
  expect(() => read(200, "<xml/>")).toThrow(/not JSON \(HTML\?\)/);
  expect(() => read(200, '<?xml version="1.0"?><x/>')).toThrow(/not JSON \(XML\?\)/);
});

test("says a code or a request id once, although DingTalk's message repeats it", () => {
  const code = "Forbidden.AccessDenied.QpsLimitForApi";
  const message = `${code}: 请求被限流, requestId=8A6C-1`;
  const error = refusal(403, { code, message, requestid: "8A6C-1" });
  expect(error.message).toBe(`DingTalk refused POST /v1.0/card/instances: HTTP 403 ${message}`);
  expect(error).toMatchObject({ platformCode: code, requestId: "8A6C-1" });
  // A code that merely stands inside of another word was not said yet.
  expect(refusal(400, { code: "late", message: "the template is gone" }).message).toContain(
    "HTTP 400 late the",
  );
});

test("cuts what DingTalk says at a word", () => {
  const error = refusal(400, { code: "x", message: "no such template ".repeat(40) });
  expect(error.platformMessage?.length).toBeLessThanOrEqual(200);
  expect(error.message).toMatch(/ (no|such|template)…$/);
});

test("hides secrets in DingTalk's own message", () => {
  const error = refusal(400, { code: "x", message: "bad access_token=0123456789abcdef0123456789abcdef" });
  expect(error.message).not.toContain("0123456789abcdef");
});
