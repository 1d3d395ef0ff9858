import { expect, test } from "vitest";

import * as protocol from "../src/index.ts";

const api = (status: number): boolean => new protocol.ApiError("m", { status }).retryable;
const cause = new Error("below");

test("every error has a stable code of its own, its class's name and its cause", () => {
  const answer = { status: 403, cause };
  const errors = [
    new protocol.ConfigError("m", { cause }),
    new protocol.SignatureError("m", { cause }),
    new protocol.DecodeError("m", { cause }),
    new protocol.ConnectionError("m", { cause, stage: "dns" }),
    new protocol.ClosedError("m", { cause }),
    new protocol.TimeoutError("m", { cause, timeoutMs: 5, stage: "http" }),
    new protocol.ApiError("m", answer),
    new protocol.AuthError("m", answer),
    new protocol.PermissionError("m", answer),
    new protocol.RateLimitError("m", { ...answer, retryAfterMs: 1000 }),
    new protocol.CardError("m", answer),
  ];
  expect(new Set(errors.map((error) => error.code)).size).toBe(errors.length);
  for (const error of errors) {
    expect(error).toBeInstanceOf(protocol.DingTalkError);
    expect(error.code).toMatch(/^DINGTALK_[A-Z_]+$/);
    expect(error.name).toBe(error.constructor.name);
    expect(error.cause).toBe(cause);
  }
});

test("tells what may be repeated unchanged", () => {
  expect([400, 403, 500, 503].map(api)).toEqual([false, false, true, true]);
  expect(new protocol.AuthError("m", { status: 500 }).retryable).toBe(false);
  expect(new protocol.RateLimitError("m", { status: 403, retryAfterMs: 1 }).retryable).toBe(true);
  expect(new protocol.ConnectionError("m", { stage: "tls" }).retryable).toBe(true);
  expect(new protocol.TimeoutError("m", { timeoutMs: 1, stage: "tcp" }).retryable).toBe(true);
  expect(new protocol.SignatureError("m").retryable).toBe(false);
});

test("a platform's code that we do not know passes through", () => {
  const error = new protocol.ApiError("m", { status: 400, platformCode: "brand.new", requestId: "r-1" });
  expect(error).toMatchObject({ platformCode: "brand.new", requestId: "r-1", stage: "http" });
});

test("a permission error lists the scopes to tick", () => {
  expect(new protocol.PermissionError("m", { status: 403 }).requiredScopes).toEqual([]);
  const scopes = ["Card.Streaming.Write"];
  expect(new protocol.PermissionError("m", { status: 403, requiredScopes: scopes }).requiredScopes).toEqual(
    scopes,
  );
});
