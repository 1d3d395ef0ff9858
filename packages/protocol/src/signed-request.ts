import { timingSafeEqual } from "node:crypto";

import { SignatureError } from "./errors.ts";

/** HTTP headers as Node gives them. Names match in any case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How far a signed timestamp may lie from now, in either direction: DingTalk documents one hour. */
export const DEFAULT_MAX_SKEW_MS: number = 3_600_000;

/** @throws SignatureError when the header is absent, empty or sent twice. */
export function requireHeader(headers: RequestHeaders, name: string): string {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name && typeof value === "string" && value !== "") return value;
  }
  throw new SignatureError(`request has no header ${name}`, { fault: "missing" });
}

/** @throws SignatureError when `timestamp` is not in milliseconds or lies more than `maxSkewMs` from `nowMs`. */
export function requireFreshTimestamp(timestamp: string, nowMs: number, maxSkewMs: number): void {
  if (!/^\d{10,16}$/.test(timestamp)) {
    throw new SignatureError("request timestamp is not a number of milliseconds", { fault: "bad-timestamp" });
  }
  const behindMs = nowMs - Number(timestamp);
  if (Math.abs(behindMs) <= maxSkewMs) return;
  const direction = behindMs > 0 ? "behind" : "ahead of";
  throw new SignatureError(
    `request timestamp is ${Math.round(Math.abs(behindMs) / 1000)} s ${direction} our clock, more than the allowed ${Math.round(maxSkewMs / 1000)} s: check the system time`,
    { fault: "timestamp-out-of-range" },
  );
}

/** @throws SignatureError with `message` unless both are equal. Takes the same time wherever they differ. */
export function requireSameSignature(expected: string, given: string, message: string): void {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  if (left.length === right.length && timingSafeEqual(left, right)) return;
  throw new SignatureError(message, { fault: "mismatch" });
}
