import { expect, test } from "vitest";

import { fillPorts, silentLogger, systemPorts } from "../src/system-ports.ts";
import { createManualClock } from "../src/testing.ts";

const { clock } = systemPorts;
const never = 2 ** 40;

test("a sleep resolves", async () => {
  await expect(clock.sleep(0)).resolves.toBeUndefined();
});

test("an aborted sleep rejects with the signal's reason, before or during it", async () => {
  const reason = new Error("closing");
  await expect(clock.sleep(never, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleeping = clock.sleep(never, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});

test("a timer runs once; a disposed one never", async () => {
  const ran: string[] = [];
  clock.after(0, () => ran.push("disposed"))[Symbol.dispose]();
  // Node would fire a delay beyond 32 bits at once.
  const far = clock.after(never, () => ran.push("far"));
  await new Promise<void>((resolve) => {
    clock.after(1, () => {
      ran.push("due");
      resolve();
    });
  });
  far[Symbol.dispose]();
  expect(ran).toEqual(["due"]);
});

test("the system clock tells the time, and randomness is fresh", () => {
  expect(clock.nowMs()).toBeGreaterThan(1_750_000_000_000);
  const number = systemPorts.random();
  expect(number >= 0 && number < 1).toBe(true);
  expect(systemPorts.randomId()).not.toBe(systemPorts.randomId());
});

test("the caller's ports win over the system's", () => {
  const manual = createManualClock();
  const ports = fillPorts({ clock: manual });
  expect(ports.clock).toBe(manual);
  expect(ports.log).toBe(silentLogger);
  expect(fillPorts().clock).toBe(clock);
});

test("the silent logger takes every call", () => {
  const log = silentLogger.child({ account: "a" });
  for (const level of ["trace", "debug", "info", "warn", "error"] as const) {
    expect(log[level]("line", { a: 1 })).toBeUndefined();
  }
});
