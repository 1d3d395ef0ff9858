import { expect, test } from "vitest";

import { NO_FAILURES, afterConnection, afterFailure, reconnectDelay } from "../src/reconnect.ts";
import type { FailureStreak, ReconnectOptions } from "../src/reconnect.ts";

const options: ReconnectOptions = {
  maxConnectionAttempts: 10,
  initialReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 60_000,
  reconnectJitter: 0.3,
};
const MIDDLE = 0.5;

test("doubles the delay from the initial one up to the longest [S2-56 S2-57 S2-59 S2-60]", () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 5_000].map((attempt) => reconnectDelay(attempt, options, MIDDLE));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("spreads each delay by the jitter to both sides [S2-58]", () => {
  expect(reconnectDelay(2, options, 0)).toBe(2_800);
  expect(reconnectDelay(2, options, MIDDLE)).toBe(4_000);
  expect(reconnectDelay(2, options, 1 - Number.EPSILON)).toBe(5_200);
  expect(reconnectDelay(9, options, 0)).toBe(42_000);
  expect(reconnectDelay(3, { ...options, reconnectJitter: 0 }, 0.1)).toBe(8_000);
});

test("alerts once after so many failures in a row, and goes on at the longest delay for ever [S2-51 S2-55]", () => {
  let streak: FailureStreak = NO_FAILURES;
  const alerts: number[] = [];
  const delays: number[] = [];
  for (let failure = 1; failure <= 25; failure += 1) {
    const retry = afterFailure(streak, false, { ...options, maxConnectionAttempts: 4 }, MIDDLE);
    streak = retry.streak;
    delays.push(retry.delayMs);
    if (retry.alert) alerts.push(failure);
  }
  expect(alerts).toEqual([4]);
  expect(delays.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(new Set(delays.slice(4))).toEqual(new Set([60_000]));
  expect(streak.failures).toBe(25);
});

test("treats refused credentials like a failure that will not go away", () => {
  const first = afterFailure(NO_FAILURES, true, options, MIDDLE);
  expect(first).toMatchObject({ delayMs: 60_000, alert: true });
  const second = afterFailure(first.streak, true, options, MIDDLE);
  expect(second).toMatchObject({ delayMs: 60_000, alert: false });
});

test("forgets failures after a stable minute, and not before", () => {
  const streak = { failures: 7, alerted: true };
  expect(afterConnection(streak, 59_999)).toBe(streak);
  expect(afterConnection(streak, 60_000)).toEqual(NO_FAILURES);
});
