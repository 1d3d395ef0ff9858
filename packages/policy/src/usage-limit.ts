import type { JsonValue } from "@dingtalk-kit/protocol";

import type { Allowance } from "./policy.ts";
import { isRecord } from "./policy-reader.ts";

/** How full a bucket was at a time. JSON, so that it can be kept anywhere. */
export type Bucket = { readonly tokens: number; readonly atMs: number };

/** What was spent since a window opened. JSON, so that it can be kept anywhere. */
export type SpendWindow = { readonly spent: number; readonly startMs: number };

/** Sums of fractions end up a hair below the whole. */
const ROUNDING = 1e-9;

/**
 * The bucket as it is now. It starts full, fills evenly to `max` within `perMs`, and holds no more than `max`. A clock
 * that was put back fills nothing. A state that cannot be read is an empty bucket: it heals with time.
 */
export function refill({ max, perMs }: Allowance, state: JsonValue | undefined, nowMs: number): Bucket {
  if (state === undefined || state === null) return { tokens: max, atMs: nowMs };
  const tokens = readNumber(state, "tokens");
  const atMs = readNumber(state, "atMs");
  if (tokens === undefined || atMs === undefined) return { tokens: 0, atMs: nowMs };
  const gained = (Math.max(0, nowMs - atMs) / perMs) * max;
  return { tokens: Math.min(max, Math.max(0, tokens) + gained), atMs: nowMs };
}

/** @returns the bucket with one message less, or undefined when there is none left in it. */
export function takeMessage({ tokens, atMs }: Bucket): Bucket | undefined {
  return tokens + ROUNDING >= 1 ? { tokens: Math.max(0, tokens - 1), atMs } : undefined;
}

/** Milliseconds until the bucket has a whole message. `undefined`: never. */
export function messageAfterMs({ max, perMs }: Allowance, { tokens }: Bucket): number | undefined {
  return max < 1 ? undefined : Math.max(0, Math.ceil(((1 - tokens) / max) * perMs));
}

/**
 * The window that is open now; undefined when none is. A state that cannot be read is a window that is spent: it passes.
 * A clock that was put back does not make a window longer than `perMs` from now.
 */
export function openWindow(
  { max, perMs }: Allowance,
  state: JsonValue | undefined,
  nowMs: number,
): SpendWindow | undefined {
  if (state === undefined || state === null) return undefined;
  const spent = readNumber(state, "spent");
  const startMs = readNumber(state, "startMs");
  if (spent === undefined || startMs === undefined) return { spent: max, startMs: nowMs };
  if (nowMs >= startMs + perMs) return undefined;
  return { spent: Math.max(0, spent), startMs: Math.min(startMs, nowMs) };
}

/** The window after `amount` was spent: the open one, or one that begins now. */
export function addSpending(window: SpendWindow | undefined, amount: number, nowMs: number): SpendWindow {
  const { spent, startMs } = window ?? { spent: 0, startMs: nowMs };
  return { spent: spent + (Number.isFinite(amount) ? Math.max(0, amount) : 0), startMs };
}

function readNumber(state: JsonValue, name: string): number | undefined {
  const value = isRecord(state) ? state[name] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
