import * as fc from "fast-check";
import { expect, test } from "vitest";

import { frameDropped, frameShown, frameStarted, nextStep, startPlan, want } from "../src/frame-plan.ts";

const plan = startPlan(800, "");

test("sends the first text at once and holds the next one for the rest of the interval", () => {
  const wanting = want(plan, "a", false);
  expect(nextStep(wanting, 5_000)).toEqual({ kind: "send", content: "a" });
  const flying = want(frameStarted(wanting, "a", 5_000), "ab", false);
  expect(nextStep(flying, 5_010)).toEqual({ kind: "idle" });
  expect(nextStep(frameShown(flying), 5_060)).toEqual({ kind: "wait", untilMs: 5_800 });
  expect(nextStep(frameShown(flying), 5_800)).toEqual({ kind: "send", content: "ab" });
});

test("sends nothing when nothing changed", () => {
  const shown = frameShown(frameStarted(want(plan, "a", false), "a", 0));
  expect(nextStep(want(shown, "a", false), 10_000)).toEqual({ kind: "idle" });
});

test("waits as long as DingTalk asks, also when a text may pass the interval", () => {
  const flying = frameStarted(want(plan, "a", false), "a", 0);
  const throttled = want(frameDropped(flying, 100, 2_000), "answer", true);
  expect(nextStep(throttled, 1_000)).toEqual({ kind: "wait", untilMs: 2_100 });
});

test("waits longer with each failure, at most 10 s, and forgets it after a success", () => {
  let failing = want(plan, "a", false);
  const waits = Array.from({ length: 6 }, () => {
    failing = frameDropped(frameStarted(failing, "a", 0), 0, undefined);
    return failing.blockedUntilMs;
  });
  expect(waits).toEqual([800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  expect(frameShown(frameStarted(failing, "a", 0)).failures).toBe(0);
});

test("never plans a frame beside another, nor two within an interval unless told to", () => {
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 2_000 }),
    kind: fc.constantFrom("want", "shown", "dropped"),
    text: fc.string({ minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let state = plan;
      let nowMs = 0;
      let lastSentAtMs = Number.NEGATIVE_INFINITY;
      for (const { afterMs, kind, text } of events) {
        nowMs += afterMs;
        if (kind === "want") state = want(state, text, false);
        else if (state.inFlight !== undefined) {
          state = kind === "shown" ? frameShown(state) : frameDropped(state, nowMs, undefined);
        }
        const step = nextStep(state, nowMs);
        if (step.kind !== "send") continue;
        expect(state.inFlight).toBeUndefined();
        expect(nowMs - lastSentAtMs).toBeGreaterThanOrEqual(800);
        state = frameStarted(state, step.content, nowMs);
        lastSentAtMs = nowMs;
      }
    }),
  );
});
