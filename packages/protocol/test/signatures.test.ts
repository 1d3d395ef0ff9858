import { expect, test } from "vitest";

import { signCardCallback, verifyCardCallback } from "../src/card-callback-signature.ts";
import { signCustomRobot } from "../src/custom-robot-signature.ts";
import { SignatureError } from "../src/errors.ts";
import { signRobotCallback, verifyRobotCallback } from "../src/robot-callback-signature.ts";

const AT_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const ROBOT_SIGN = "BTtmoV81z8A6vSRJo1oudaEknPjC261FNuyLm+ta9PU=";
const CARD_SIGN = "R0leal8xE2kT+J9Uzc2yEcjNtac+2Y0ddmSHtSsREoc=";

function faultOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SignatureError) return error.fault;
    throw error;
  }
  return "accepted";
}

const robot = (
  headers: Record<string, string | string[]>,
  nowMs = AT_MS,
  clientSecret = "appSecretExample",
): string => faultOf(() => verifyRobotCallback({ clientSecret, headers, nowMs }));

test("signs a custom robot's message by HMAC-SHA256 as in the reference vector [S1-24]", () => {
  const sign = signCustomRobot("SECtestsecret", AT_MS);
  expect(sign).toBe("7LVwF0dAF3/+MRRulbpE4y72Ogzykc6bS2nG4I99T4s=");
  expect(encodeURIComponent(sign)).toBe("7LVwF0dAF3%2F%2BMRRulbpE4y72Ogzykc6bS2nG4I99T4s%3D");
});

test("signs and accepts an HTTP mode request as in the reference vector [S1-24]", () => {
  expect(signRobotCallback("appSecretExample", "1700000000000")).toBe(ROBOT_SIGN);
  expect(robot({ timestamp: "1700000000000", sign: ROBOT_SIGN })).toBe("accepted");
  expect(robot({ Timestamp: "1700000000000", SIGN: ROBOT_SIGN })).toBe("accepted");
});

test("accepts a timestamp up to one hour off, either way, and no more", () => {
  const headers = { timestamp: String(AT_MS), sign: ROBOT_SIGN };
  expect(robot(headers, AT_MS + HOUR_MS)).toBe("accepted");
  expect(robot(headers, AT_MS - HOUR_MS)).toBe("accepted");
  expect(robot(headers, AT_MS + HOUR_MS + 1)).toBe("timestamp-out-of-range");
  expect(robot(headers, AT_MS - HOUR_MS - 1)).toBe("timestamp-out-of-range");
});

test("says why a request is refused", () => {
  expect(robot({ sign: ROBOT_SIGN })).toBe("missing");
  expect(robot({ timestamp: String(AT_MS) })).toBe("missing");
  expect(robot({ timestamp: String(AT_MS), sign: [ROBOT_SIGN, ROBOT_SIGN] })).toBe("missing");
  expect(robot({ timestamp: "yesterday", sign: ROBOT_SIGN })).toBe("bad-timestamp");
  expect(robot({ timestamp: String(AT_MS), sign: "short" })).toBe("mismatch");
  expect(robot({ timestamp: String(AT_MS), sign: ROBOT_SIGN.toLowerCase() })).toBe("mismatch");
  expect(robot({ timestamp: String(AT_MS), sign: ROBOT_SIGN }, AT_MS, "another")).toBe("mismatch");
});

test("tells how far the clocks are apart", () => {
  const headers = { timestamp: String(AT_MS), sign: ROBOT_SIGN };
  const verify = (nowMs: number) => () =>
    verifyRobotCallback({ clientSecret: "appSecretExample", headers, nowMs, maxSkewMs: 60_000 });
  expect(verify(AT_MS + 90_000)).toThrow("90 s behind our clock, more than the allowed 60 s");
  expect(verify(AT_MS - 90_000)).toThrow("90 s ahead of our clock");
});

test("signs and accepts a card callback as in the reference vector", () => {
  expect(signCardCallback("apiSecretExample", AT_MS)).toBe(CARD_SIGN);
  const card = (headers: Record<string, string>, nowMs = AT_MS): string =>
    faultOf(() => verifyCardCallback({ apiSecret: "apiSecretExample", headers, nowMs }));
  const headers = { "X-DDPaaS-Signature-Timestamp": String(AT_MS), "x-ddpaas-signature": CARD_SIGN };
  expect(card(headers)).toBe("accepted");
  expect(card(headers, AT_MS + 2 * HOUR_MS)).toBe("timestamp-out-of-range");
  expect(card({ "x-ddpaas-signature": CARD_SIGN })).toBe("missing");
  expect(card({ ...headers, "x-ddpaas-signature": ROBOT_SIGN })).toBe("mismatch");
});
