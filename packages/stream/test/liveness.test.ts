import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createLivenessWatch } from "../src/liveness-watch.ts";
import { CHECK_EVERY_MS, checkLiveness, received, startLiveness } from "../src/liveness.ts";
import type { LivenessState } from "../src/liveness.ts";

function verdicts(state: LivenessState, times: readonly number[]): string[] {
  let current = state;
  return times.map((nowMs) => {
    const checked = checkLiveness(current, nowMs);
    current = checked.state;
    return checked.verdict;
  });
}

test("declares a socket dead only after two pings and a half in silence", () => {
  expect(verdicts(startLiveness(0), [10_000, 20_000, 25_000, 30_000])).toEqual([
    "alive",
    "alive",
    "alive",
    "dead",
  ]);
});

test("starts the silence anew with whatever arrives", () => {
  const state = received(startLiveness(0), 9_000);
  expect(verdicts(state, [10_000, 20_000, 30_000, 40_000])).toEqual(["alive", "alive", "alive", "dead"]);
});

test("blames itself and not the peer when the check comes late", () => {
  expect(verdicts(startLiveness(0), [10_000, 3_600_000, 3_610_000, 3_620_000, 3_630_000])).toEqual([
    "alive",
    "alive",
    "alive",
    "alive",
    "dead",
  ]);
});

interface Record {
  pings: number;
  alive: number;
  dead: number;
}

function watched(clock = createManualClock()): {
  clock: typeof clock;
  watch: ReturnType<typeof createLivenessWatch>;
  record: Record;
} {
  const watch = createLivenessWatch(clock);
  const record = { pings: 0, alive: 0, dead: 0 };
  watch.start({
    ping: () => (record.pings += 1),
    alive: () => (record.alive += 1),
    dead: () => (record.dead += 1),
  });
  return { clock, watch, record };
}

test("pings at each check and stops after the verdict", async () => {
  const { clock, record } = watched();
  await clock.advance(100_000);
  expect(record).toEqual({ pings: 2, alive: 0, dead: 1 });
  expect(clock.pending).toBe(0);
});

test("reports life only when something has arrived", async () => {
  const { clock, watch, record } = watched();
  await clock.advance(5_000);
  watch.received();
  await clock.advance(5_000);
  expect(record.alive).toBe(1);
  await clock.advance(CHECK_EVERY_MS);
  expect(record.alive).toBe(1);
  watch[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});

test("does not hold the silence of a paused socket against it", async () => {
  const { clock, watch, record } = watched();
  watch.paused = true;
  await clock.advance(120_000);
  expect(record.dead).toBe(0);
  watch.paused = false;
  await clock.advance(20_000);
  expect(record.dead).toBe(0);
  await clock.advance(10_000);
  expect(record.dead).toBe(1);
});
