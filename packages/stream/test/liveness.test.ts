import { expect, test } from "vitest";

import { TICK_MS, lookAt, startLiveness } from "../src/liveness.ts";
import type { Tick } from "../src/liveness.ts";

interface Watched {
  readonly pingsAtMs: readonly number[];
  readonly deadAtMs: number | undefined;
}

/** Looks at a socket until it is dead or `endMs` has come. Each look comes `lateMs(n)` too late. */
function watch({
  heardAtMs = () => 0,
  lateMs = () => 0,
  paused = () => false,
  endMs = 120_000,
}: {
  heardAtMs?: (nowMs: number) => number;
  lateMs?: (look: number) => number;
  paused?: (nowMs: number) => boolean;
  endMs?: number;
}): Watched {
  const pingsAtMs: number[] = [];
  let life = startLiveness(0);
  let nowMs = 0;
  for (let look = 1; nowMs < endMs; look += 1) {
    const elapsedMs = TICK_MS + lateMs(look);
    nowMs += elapsedMs;
    const tick: Tick = { heardAtMs: heardAtMs(nowMs), elapsedMs, paused: paused(nowMs) };
    const seen = lookAt(life, tick);
    if (seen.verdict === "dead") return { pingsAtMs, deadAtMs: nowMs };
    if (seen.ping) pingsAtMs.push(nowMs);
    life = seen.life;
  }
  return { pingsAtMs, deadAtMs: undefined };
}

test("pings every ten seconds and gives up after two pings that brought nothing", () => {
  expect(watch({})).toEqual({ pingsAtMs: [10_000, 20_000], deadAtMs: 25_000 });
});

test.each([0, 1, 4_999, 5_000, 9_999, 10_000, 10_001, 15_000])(
  "declares a socket dead 15 to 25 s after a last byte at %i ms, and never before the second ping",
  (lastAtMs) => {
    const { deadAtMs = Infinity, pingsAtMs } = watch({ heardAtMs: (nowMs) => Math.min(nowMs, lastAtMs) });
    expect(deadAtMs - lastAtMs).toBeGreaterThanOrEqual(15_000);
    expect(deadAtMs - lastAtMs).toBeLessThanOrEqual(25_000);
    expect(pingsAtMs.filter((atMs) => atMs >= lastAtMs && atMs > 0).length).toBeGreaterThanOrEqual(2);
  },
);

test("keeps a socket on which anything arrives between two pings, and pings on", () => {
  const { deadAtMs, pingsAtMs } = watch({ heardAtMs: (nowMs) => Math.floor(nowMs / 15_000) * 15_000 });
  expect(deadAtMs).toBeUndefined();
  expect(pingsAtMs).toHaveLength(12);
});

test("gives no verdict at a look that came late: what arrived may not have been read yet", () => {
  const { deadAtMs } = watch({ lateMs: (look) => (look === 5 ? 30_000 : 0) });
  expect(deadAtMs).toBe(60_000);
});

test("does give up in a process that is always late", () => {
  expect(watch({ lateMs: () => 2_000 }).deadAtMs).toBe(42_000);
});

test("does not hold the silence of a paused socket against it", () => {
  expect(watch({ paused: () => true }).deadAtMs).toBeUndefined();
  expect(watch({ paused: (nowMs) => nowMs < 60_000 }).deadAtMs).toBe(75_000);
});
