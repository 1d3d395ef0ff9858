import { expect, test } from "vitest";

import { createManualClock, createRecordingLogger } from "../src/testing.ts";

test("a manual clock stands still until it is moved", async () => {
  const clock = createManualClock(1000);
  expect(clock.nowMs()).toBe(1000);
  await clock.advance(250);
  expect(clock.nowMs()).toBe(1250);
});

test("timers fire in the order of their time, each at its own moment", async () => {
  const clock = createManualClock(0);
  const fired: [name: string, atMs: number][] = [];
  const arm = (name: string, delayMs: number): Disposable =>
    clock.after(delayMs, () => fired.push([name, clock.nowMs()]));
  arm("b", 20);
  arm("a", 10);
  arm("a2", 10);
  arm("late", 31);
  await clock.advance(30);
  expect(fired).toEqual([
    ["a", 10],
    ["a2", 10],
    ["b", 20],
  ]);
  expect(clock.pending).toBe(1);
});

test("what a timer arms while time moves on fires within the same move", async () => {
  const clock = createManualClock(0);
  const beats: number[] = [];
  const beat = async (): Promise<void> => {
    while (beats.length < 3) {
      await clock.sleep(10);
      beats.push(clock.nowMs());
    }
  };
  const beating = beat();
  await clock.advance(35);
  await beating;
  expect(beats).toEqual([10, 20, 30]);
  expect(clock.pending).toBe(0);
});

test("a disposed timer leaves nothing pending", async () => {
  const clock = createManualClock(0);
  clock.after(10, () => expect.unreachable())[Symbol.dispose]();
  expect(clock.pending).toBe(0);
  await clock.advance(20);
});

test("an aborted sleep rejects with the reason and leaves nothing pending", async () => {
  const clock = createManualClock(0);
  const reason = new Error("closing");
  await expect(clock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  expect(clock.pending).toBe(1);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  expect(clock.pending).toBe(0);
});

test("an abort after the sleep changes nothing", async () => {
  const clock = createManualClock(0);
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  await clock.advance(10);
  controller.abort();
  await expect(sleeping).resolves.toBeUndefined();
});

test("a recording logger keeps lines, bindings and the lines of its children in order", () => {
  const log = createRecordingLogger({ account: "a" });
  log.info("one");
  log.child({ conversation: "c" }).warn("two", { attempt: 2 });
  expect(log.lines).toEqual([
    { level: "info", message: "one", fields: { account: "a" } },
    { level: "warn", message: "two", fields: { account: "a", conversation: "c", attempt: 2 } },
  ]);
});
