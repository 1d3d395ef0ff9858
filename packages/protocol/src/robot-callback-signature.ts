import { createHmac } from "node:crypto";

import {
  DEFAULT_MAX_SKEW_MS,
  requireFreshTimestamp,
  requireHeader,
  requireSameSignature,
} from "./signed-request.ts";
import type { RequestHeaders } from "./signed-request.ts";

export interface RobotCallbackRequest {
  /** Of the app that owns the robot. */
  readonly clientSecret: string;
  /** Of the request; `timestamp` and `sign` are read. */
  readonly headers: RequestHeaders;
  /** The time now, in milliseconds. */
  readonly nowMs: number;
  /** Allowed distance of the timestamp from `nowMs`. @defaultValue one hour, as DingTalk documents */
  readonly maxSkewMs?: number | undefined;
}

/**
 * The `sign` header that DingTalk puts on an HTTP mode request to a robot.
 *
 * @param timestamp - the `timestamp` header, milliseconds since 1970, as sent
 * @see https://open.dingtalk.com/document/development/receive-message
 */
export function signRobotCallback(clientSecret: string, timestamp: string | number): string {
  return createHmac("sha256", clientSecret).update(`${timestamp}\n${clientSecret}`).digest("base64");
}

/**
 * Returns when DingTalk signed the request.
 *
 * @throws SignatureError whose `fault` says why not: "missing", "bad-timestamp", "timestamp-out-of-range", "mismatch".
 */
export function verifyRobotCallback(request: RobotCallbackRequest): void {
  const timestamp = requireHeader(request.headers, "timestamp");
  const sign = requireHeader(request.headers, "sign");
  requireFreshTimestamp(timestamp, request.nowMs, request.maxSkewMs ?? DEFAULT_MAX_SKEW_MS);
  requireSameSignature(
    signRobotCallback(request.clientSecret, timestamp),
    sign,
    "request sign does not match: it was signed with another client secret, or not by DingTalk",
  );
}
