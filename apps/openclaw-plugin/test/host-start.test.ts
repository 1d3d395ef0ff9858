import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { whileHostStarts } from "../src/host-start.ts";

class StateDatabaseCoordinatorContentionError extends Error {
  override readonly name = "StateDatabaseCoordinatorContentionError";
}
const contention = (): Error =>
  new Error("channel dispatch failed", {
    cause: new StateDatabaseCoordinatorContentionError("owned elsewhere"),
  });

test("tries again while the host is starting", async () => {
  const clock = createManualClock();
  const log = createRecordingLogger();
  let calls = 0;
  const result = whileHostStarts(
    async () => {
      calls += 1;
      if (calls < 3) throw contention();
      return "answered";
    },
    { clock, log, signal: new AbortController().signal },
  );
  await clock.advance(500);
  await clock.advance(1_000);
  expect(await result).toBe("answered");
  expect(log.lines).toHaveLength(2);
  expect(clock.pending).toBe(0);
});

test("leaves other errors, and what must not happen twice, to the caller", async () => {
  const start = {
    clock: createManualClock(),
    log: createRecordingLogger(),
    signal: new AbortController().signal,
  };
  await expect(whileHostStarts(() => Promise.reject(new Error("model")), start)).rejects.toThrow("model");
  const once = { ...start, mayRepeat: () => false };
  await expect(whileHostStarts(() => Promise.reject(contention()), once)).rejects.toThrow("dispatch failed");
});
