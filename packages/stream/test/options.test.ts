import { ConfigError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { resolveStreamOptions } from "../src/options.ts";

const good = { clientId: "a", clientSecret: "b" };

test("fills in the seeds' defaults [S2-51 S2-52 S2-53 S2-54]", () => {
  expect(resolveStreamOptions(good)).toMatchObject({
    maxConnectionAttempts: 10,
    initialReconnectDelayMs: 1_000,
    maxReconnectDelayMs: 60_000,
    reconnectJitter: 0.3,
    openTimeoutMs: 10_000,
    handshakeTimeoutMs: 10_000,
    endpoints: { api: "https://api.dingtalk.com", oapi: "https://oapi.dingtalk.com" },
  });
});

test("takes one host of a private deployment without a trailing slash", () => {
  const { endpoints } = resolveStreamOptions({ ...good, endpoints: { api: "https://ding.example.com/" } });
  expect(endpoints).toEqual({ api: "https://ding.example.com", oapi: "https://oapi.dingtalk.com" });
});

test.each([
  ["clientId", ""],
  ["maxConnectionAttempts", 0],
  ["initialReconnectDelayMs", 0],
  ["maxReconnectDelayMs", -1],
  ["reconnectJitter", 1.5],
  ["userAgent", "näme"],
  ["subscriptions", []],
  ["unknownKey", 1],
])("refuses a wrong %s and names it", (key, value) => {
  const wrong = { ...good, [key]: value };
  expect(() => resolveStreamOptions(wrong)).toThrow(ConfigError);
  expect(() => resolveStreamOptions(wrong)).toThrow(key);
});

test("never shows the secret", () => {
  const wrong = { ...good, clientSecret: "very-secret", handshakeTimeoutMs: 5 };
  expect(() => resolveStreamOptions(wrong)).not.toThrow(/very-secret/);
});
