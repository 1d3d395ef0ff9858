import { createManualClock } from "@dingtalk-kit/protocol/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createConversationLanes } from "../src/conversation-lanes.ts";

/** A job that runs until it is released or cancelled. */
function held(): {
  job: (signal: AbortSignal) => Promise<void>;
  release(): void;
  readonly started: Promise<void>;
} {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  return {
    job: async (signal) => {
      started.resolve();
      signal.addEventListener("abort", () => gate.reject(signal.reason), { once: true });
      await gate.promise;
    },
    release: () => gate.resolve(),
    started: started.promise,
  };
}

const nothing = async (): Promise<void> => undefined;

test("keeps strict order in a lane and never overlaps two jobs of it, while lanes run side by side", async () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    tookMs: fc.integer({ min: 0, max: 50 }),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = createManualClock();
      await using lanes = createConversationLanes({}, { clock });
      const ended = new Map<string, number[]>();
      const running = new Map<string, number>();
      const results = steps.map(({ key, tookMs, fails }, at) =>
        lanes.run(key, async () => {
          running.set(key, (running.get(key) ?? 0) + 1);
          expect(running.get(key)).toBe(1);
          await clock.sleep(tookMs);
          running.set(key, 0);
          ended.set(key, [...(ended.get(key) ?? []), at]);
          if (fails) throw new Error(`job ${at}`);
        }),
      );
      const settled = Promise.allSettled(results);
      await clock.advance(50 * steps.length);
      expect((await settled).map(({ status }) => status === "rejected")).toEqual(
        steps.map(({ fails }) => fails),
      );
      for (const [key, order] of ended) {
        expect(order).toEqual(steps.flatMap((one, at) => (one.key === key ? [at] : [])));
      }
      expect(lanes.size).toBe(0);
      const busiest = Math.max(0, ...["a", "b", "c"].map((key) => total(steps, key)));
      expect(clock.nowMs()).toBeGreaterThanOrEqual(busiest);
    }),
    { numRuns: 60 },
  );
});

function total(steps: readonly { readonly key: string; readonly tookMs: number }[], key: string): number {
  return steps.filter((step) => step.key === key).reduce((sum, { tookMs }) => sum + tookMs, 0);
}

test("starts a job of a free lane at once, although another lane is busy", async () => {
  await using lanes = createConversationLanes();
  const slow = held();
  const first = lanes.run("a", slow.job);
  expect(await lanes.run("b", nothing)).toBe("done");
  expect(lanes.depth("a")).toBe(1);
  slow.release();
  expect(await first).toBe("done");
});

test("goes on with the next job after one that threw", async () => {
  await using lanes = createConversationLanes();
  const failing = lanes.run("a", () => {
    throw new Error("broken");
  });
  const next = lanes.run("a", nothing);
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("done");
});

test("cancels the running job and drops the waiting ones of one lane only", async () => {
  await using lanes = createConversationLanes();
  const [running, other] = [held(), held()];
  const results = [
    lanes.run("a", running.job),
    lanes.run("a", nothing),
    lanes.run("a", nothing),
    lanes.run("b", other.job),
  ];
  await running.started;
  expect(lanes.size).toBe(4);
  expect(lanes.cancel("a")).toEqual({ running: true, waiting: 2 });
  expect(await Promise.all(results.slice(0, 3))).toEqual(["cancelled", "cancelled", "cancelled"]);
  other.release();
  expect(await results[3]).toBe("done");
  expect(lanes.cancel("a")).toEqual({ running: false, waiting: 0 });
});

test("takes a job after a cancel, but not before the cancelled one has returned", async () => {
  await using lanes = createConversationLanes();
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const stubborn = lanes.run("a", async () => {
    await gate.promise;
    order.push("stubborn");
  });
  lanes.cancel("a");
  expect(lanes.cancel("a")).toEqual({ running: false, waiting: 0 });
  const next = lanes.run("a", async () => void order.push("next"));
  expect(lanes.depth("a")).toBe(2);
  gate.resolve();
  expect(await stubborn).toBe("cancelled");
  expect(await next).toBe("done");
  expect(order).toEqual(["stubborn", "next"]);
});

test("tells the job why it was cancelled", async () => {
  await using lanes = createConversationLanes();
  const reason = new Error("/stop");
  const signals: AbortSignal[] = [];
  const slow = held();
  const result = lanes.run("a", (signal) => {
    signals.push(signal);
    return slow.job(signal);
  });
  lanes.cancel("a", reason);
  expect(await result).toBe("cancelled");
  expect(signals.map((signal): unknown => signal.reason)).toEqual([reason]);
});

test("answers full when too many wait, and takes jobs again later", async () => {
  await using lanes = createConversationLanes({ maxWaiting: 1 });
  const slow = held();
  const first = lanes.run("a", slow.job);
  const second = lanes.run("a", nothing);
  expect(await lanes.run("a", nothing)).toBe("full");
  expect(await lanes.run("b", nothing)).toBe("done");
  slow.release();
  expect(await Promise.all([first, second])).toEqual(["done", "done"]);
  expect(await lanes.run("a", nothing)).toBe("done");
});

test("drains: takes no more jobs and waits for those there are", async () => {
  const clock = createManualClock();
  await using lanes = createConversationLanes({}, { clock });
  const slow = held();
  const first = lanes.run("a", slow.job);
  const second = lanes.run("a", nothing);
  const drained = lanes.drain(1_000);
  expect(await lanes.run("b", nothing)).toBe("closed");
  slow.release();
  expect(await drained).toBe(true);
  expect(await Promise.all([first, second])).toEqual(["done", "done"]);
  expect(await lanes.drain(0)).toBe(true);
  expect(clock.pending).toBe(0);
});

test("gives up draining when the budget is spent", async () => {
  const clock = createManualClock();
  await using lanes = createConversationLanes({}, { clock });
  const slow = held();
  const result = lanes.run("a", slow.job);
  const drained = lanes.drain(1_000);
  await clock.advance(1_000);
  expect(await drained).toBe(false);
  await lanes[Symbol.asyncDispose]();
  expect(await result).toBe("cancelled");
});

test("disposes in bounded time, even when a job ignores its signal", async () => {
  const clock = createManualClock();
  const lanes = createConversationLanes({ disposeBudgetMs: 500 }, { clock });
  const gate = Promise.withResolvers<void>();
  const result = lanes.run("a", () => gate.promise);
  const disposed = lanes[Symbol.asyncDispose]();
  await clock.advance(500);
  await disposed;
  expect(clock.pending).toBe(0);
  gate.resolve();
  expect(await result).toBe("cancelled");
  expect(await lanes.run("a", nothing)).toBe("closed");
});

test("refuses negative limits", () => {
  expect(() => createConversationLanes({ maxWaiting: -1 })).toThrow(/maxWaiting/);
});
