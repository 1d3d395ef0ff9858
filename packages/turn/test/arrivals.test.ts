import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createArrivals } from "../src/arrivals.ts";

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("waits for what is read right after the last piece was kept", async () => {
  const clock = createManualClock();
  const arrivals = createArrivals(clock);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const keptFirst = arrivals.track(first.promise);
  let isSettled = false;
  const settled = arrivals.settled(1_000).then(() => (isSettled = true));
  first.resolve();
  await keptFirst;
  await round();
  const keptSecond = arrivals.track(second.promise);
  for (let rounds = 0; rounds < 10; rounds += 1) await round();
  expect(isSettled).toBe(false);
  second.resolve();
  await keptSecond;
  await settled;
  expect(clock.pending).toBe(0);
});

test("waits no longer than it may", async () => {
  const clock = createManualClock();
  const arrivals = createArrivals(clock);
  void arrivals.track(new Promise(() => undefined));
  const settled = arrivals.settled(1_000);
  await clock.advance(1_000);
  await settled;
  await createArrivals(clock).settled(1_000);
  expect(clock.pending).toBe(0);
});
