import { RateLimitError, silentLogger } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createCallLimiter } from "../src/call-limiter.ts";
import type { CallLimiter } from "../src/call-limiter.ts";
import type { PassRequest } from "../src/call-queue.ts";

interface MadeCall {
  readonly name: string;
  readonly sequence: string;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

interface Bench {
  readonly clock: ManualClock;
  readonly limiter: CallLimiter;
  readonly made: MadeCall[];
  readonly replaced: string[];
  /** Makes a call that takes `latencyMs` and fails with `error`. */
  call(name: string, request: PassRequest, latencyMs?: number, error?: Error): Promise<void>;
}

function openBench(ratePerSecond: number): Bench {
  const clock = createManualClock(0);
  const ports = { clock, log: silentLogger, random: () => 0.5, randomId: () => "id" };
  const limiter = createCallLimiter("PUT /x", ratePerSecond, ports);
  const made: MadeCall[] = [];
  const replaced: string[] = [];
  return {
    clock,
    limiter,
    made,
    replaced,
    async call(name, request, latencyMs = 0, error) {
      using pass = limiter.enter(request);
      if (!(await pass.begin())) {
        replaced.push(name);
        return;
      }
      const beganAtMs = clock.nowMs();
      if (latencyMs > 0) await clock.sleep(latencyMs);
      made.push({ name, sequence: request.sequence, beganAtMs, endedAtMs: clock.nowMs() });
      pass.end(error);
    },
  };
}

const namesOf = (made: readonly MadeCall[]): string[] => made.map(({ name }) => name);

const plannedCall = fc.record({
  afterMs: fc.constantFrom(0, 0, 0, 1, 7, 40, 300, 1_500),
  sequence: fc.constantFrom("a", "b", "c", "d"),
  rank: fc.constantFrom("final", "first", "normal"),
  replaceable: fc.boolean(),
  latencyMs: fc.constantFrom(0, 3, 80, 900, 4_000),
  /** When the call reaches DingTalk: between its start and its answer, after a second at most. */
  arrival: fc.double({ min: 0, max: 1, noNaN: true }),
});

test("never lets a second see more than the rate, keeps each sequence's order, and serves everybody", async () => {
  const limits = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(plannedCall, { maxLength: 60 }), async (ratePerSecond, planned) => {
      const bench = openBench(ratePerSecond);
      const { clock, made, replaced } = bench;
      for (const [index, { afterMs, latencyMs, arrival: _arrival, ...request }] of planned.entries()) {
        if (afterMs > 0) await clock.advance(afterMs);
        void bench.call(String(index), request, latencyMs);
      }
      await clock.advance(600_000);
      expect(made.length + replaced.length).toBe(planned.length);
      expect(clock.pending).toBe(0);

      const arrivals = made.map(({ name, beganAtMs, endedAtMs }) => {
        const { arrival = 0 } = planned[Number(name)] ?? {};
        return beganAtMs + arrival * Math.min(endedAtMs - beganAtMs, 1_000);
      });
      arrivals.sort((a, b) => a - b);
      for (const [index, atMs] of arrivals.entries()) {
        const later = arrivals[index + ratePerSecond];
        if (later !== undefined) expect(later - atMs).toBeGreaterThanOrEqual(1_000);
      }
      for (const sequence of ["a", "b", "c", "d"]) {
        const calls = made
          .filter((call) => call.sequence === sequence)
          .toSorted((a, b) => a.beganAtMs - b.beganAtMs);
        const order = calls.map(({ name }) => Number(name));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        for (const [index, call] of calls.entries()) {
          expect(call.beganAtMs).toBeGreaterThanOrEqual(calls[index - 1]?.endedAtMs ?? 0);
        }
      }
      for (const name of replaced) {
        expect(planned[Number(name)]?.replaceable).toBe(true);
        const { sequence } = planned[Number(name)] ?? {};
        expect(planned.slice(Number(name) + 1).some((later) => later.sequence === sequence)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("sequences take turns: who asks for much waits for those who ask for little", async () => {
  const bench = openBench(2);
  for (let index = 0; index < 20; index += 1) void bench.call(`much${index}`, { sequence: "much" });
  await bench.clock.advance(0);
  for (const sequence of ["a", "b", "c"]) void bench.call(sequence, { sequence });
  await bench.clock.advance(60_000);
  expect(namesOf(bench.made).slice(0, 7)).toEqual(["much0", "much1", "much2", "a", "b", "c", "much3"]);
});

test("uses the whole rate while answers are quick", async () => {
  const bench = openBench(20);
  for (let index = 0; index < 500; index += 1) void bench.call(`${index}`, { sequence: `${index}` }, 5);
  await bench.clock.advance(10_000);
  expect(bench.made.length).toBeGreaterThanOrEqual(190);
  expect(bench.made.length).toBeLessThanOrEqual(220);
  await bench.clock.advance(60_000);
});

test("final frames go first, then first words, then the rest; a frame takes the place of the one it replaces", async () => {
  const bench = openBench(1);
  const frame = (name: string, rank: "final" | "first" | "normal"): void =>
    void bench.call(name, { sequence: name[0] ?? "", rank, replaceable: rank !== "final" });
  frame("z0", "normal");
  frame("a1", "normal");
  frame("b1", "first");
  frame("c1", "normal");
  await bench.clock.advance(0);
  frame("a2", "normal");
  frame("d1", "first");
  frame("c2", "final");
  frame("b2", "normal");
  await bench.clock.advance(60_000);
  expect(namesOf(bench.made)).toEqual(["z0", "c2", "b2", "d1", "a2"]);
  expect(bench.replaced.toSorted()).toEqual(["a1", "b1", "c1"]);
});

test("keeps some of the rate free of frames that could wait, so that an end never waits behind a burst", async () => {
  const bench = openBench(20);
  for (let index = 0; index < 30; index += 1) {
    void bench.call(`frame${index}`, { sequence: `${index}`, replaceable: true });
  }
  await bench.clock.advance(0);
  expect(bench.made).toHaveLength(18);
  void bench.call("first", { sequence: "x", rank: "first", replaceable: true });
  void bench.call("final", { sequence: "y", rank: "final" });
  void bench.call("late", { sequence: "z", rank: "final" });
  await bench.clock.advance(0);
  expect(namesOf(bench.made).slice(18)).toEqual(["first", "final"]);
  await bench.clock.advance(1_001);
  expect(namesOf(bench.made)[20]).toBe("late");
  await bench.clock.advance(60_000);
  expect(bench.made).toHaveLength(33);
});

test("never drops a final frame for a later one", async () => {
  const bench = openBench(1);
  void bench.call("other", { sequence: "other" });
  void bench.call("final1", { sequence: "a", rank: "final" });
  void bench.call("final2", { sequence: "a", rank: "final" });
  await bench.clock.advance(60_000);
  expect(namesOf(bench.made)).toEqual(["other", "final1", "final2"]);
});

test("withdraws what waits and may be replaced, and nothing else", async () => {
  const bench = openBench(1);
  void bench.call("other", { sequence: "other" });
  void bench.call("frame", { sequence: "a", replaceable: true });
  void bench.call("final", { sequence: "b", rank: "final" });
  await bench.clock.advance(0);
  expect(bench.limiter.withdraw("a")).toBe(true);
  expect(bench.limiter.withdraw("a")).toBe(false);
  expect(bench.limiter.withdraw("b")).toBe(false);
  await bench.clock.advance(60_000);
  expect(namesOf(bench.made)).toEqual(["other", "final"]);
  expect(bench.replaced).toEqual(["frame"]);
});

test("pauses after a throttle, halves the rate, and grows it back by one a second", async () => {
  const bench = openBench(8);
  const throttle = new RateLimitError("slow", { status: 403, retryAfterMs: 2_000 });
  for (let index = 0; index < 8; index += 1)
    void bench.call(`t${index}`, { sequence: `t${index}` }, 0, throttle);
  await bench.clock.advance(0);
  for (let index = 0; index < 100; index += 1) void bench.call(`${index}`, { sequence: `${index}` });
  await bench.clock.advance(1_999);
  expect(bench.made).toHaveLength(8);
  await bench.clock.advance(1);
  expect(bench.made).toHaveLength(8 + 4);
  await bench.clock.advance(1_100);
  expect(bench.made).toHaveLength(8 + 4 + 5);
  await bench.clock.advance(60_000);
  expect(bench.made).toHaveLength(108);
});

test("lets nobody wait for a long pause", async () => {
  const bench = openBench(1);
  const throttle = new RateLimitError("slow", { status: 403, retryAfterMs: 60_000 });
  void bench.call("t", { sequence: "t" }, 100, throttle);
  const waiting = expect(bench.call("w", { sequence: "w" })).rejects.toMatchObject({
    code: "DINGTALK_RATE_LIMITED",
    retryAfterMs: 60_000,
    cause: throttle,
  });
  await bench.clock.advance(100);
  await waiting;
  await bench.clock.advance(10_000);
  await expect(bench.call("late", { sequence: "l" })).rejects.toMatchObject({ retryAfterMs: 50_000 });
  expect(bench.clock.pending).toBe(0);
  await bench.clock.advance(50_000);
  await bench.call("after", { sequence: "a" });
  expect(namesOf(bench.made)).toEqual(["t", "after"]);
});

test("an aborted call leaves the line to the next", async () => {
  const bench = openBench(1);
  void bench.call("first", { sequence: "a" });
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  using pass = bench.limiter.enter({ sequence: "a" });
  const aborted = expect(pass.begin(controller.signal)).rejects.toBe(reason);
  void bench.call("next", { sequence: "a" });
  controller.abort(reason);
  await aborted;
  await expect(bench.limiter.enter({ sequence: "b" }).begin(controller.signal)).rejects.toBe(reason);
  await bench.clock.advance(10_000);
  expect(namesOf(bench.made)).toEqual(["first", "next"]);
  expect(bench.clock.pending).toBe(0);
});

test("a repeated call keeps its sequence and goes before others of its rank", async () => {
  const bench = openBench(1);
  const { clock, limiter } = bench;
  using pass = limiter.enter({ sequence: "a" });
  await pass.begin();
  void bench.call("a-later", { sequence: "a" });
  void bench.call("b", { sequence: "b" });
  pass.end();
  const again = pass
    .begin()
    .then(() => bench.made.push({ name: "a", sequence: "a", beganAtMs: 0, endedAtMs: 0 }));
  await clock.advance(1_500);
  await again;
  pass.end();
  pass[Symbol.dispose]();
  await clock.advance(10_000);
  expect(namesOf(bench.made)).toEqual(["a", "b", "a-later"]);
});
