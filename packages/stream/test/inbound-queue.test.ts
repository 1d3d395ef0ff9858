import { expect, test } from "vitest";

import { createInboundQueue } from "../src/inbound-queue.ts";
import type { InboundQueue } from "../src/inbound-queue.ts";

function recorded(): { queue: InboundQueue<number>; calls: string[] } {
  const calls: string[] = [];
  const queue = createInboundQueue<number>({
    highWaterMark: 4,
    lowWaterMark: 1,
    onFull: () => calls.push("full"),
    onDrained: () => calls.push("drained"),
  });
  return { queue, calls };
}

test("hands items on in order, to a consumer that waits and to one that comes later", async () => {
  const { queue } = recorded();
  const first = queue.next();
  queue.push(0);
  queue.push(1);
  expect(await first).toEqual({ done: false, value: 0 });
  expect(await queue.next()).toEqual({ done: false, value: 1 });
});

test("says once that it is full, keeps what still comes, and says once that it has drained", async () => {
  const { queue, calls } = recorded();
  for (let item = 0; item < 6; item += 1) queue.push(item);
  expect(calls).toEqual(["full"]);
  expect(queue.full).toBe(true);
  const taken: unknown[] = [];
  for (let index = 0; index < 5; index += 1) taken.push((await queue.next()).value);
  expect(taken).toEqual([0, 1, 2, 3, 4]);
  expect(calls).toEqual(["full", "drained"]);
  for (let item = 6; item < 20; item += 1) queue.push(item);
  expect(calls).toEqual(["full", "drained", "full"]);
  for (let item = 5; item < 20; item += 1) expect((await queue.next()).value).toBe(item);
});

test("ends at once, for those who wait and for what was buffered", async () => {
  const { queue } = recorded();
  const waiting = queue.next();
  queue.end();
  expect(await waiting).toEqual({ done: true, value: undefined });
  queue.push(1);
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});

test("throws a fault to the consumer", async () => {
  const { queue } = recorded();
  const waiting = queue.next();
  queue.fail(new Error("fault"));
  await expect(waiting).rejects.toThrow("fault");
  await expect(queue.next()).rejects.toThrow("fault");
});
