/**
 * One run of `bench store`: all phases once to warm up, once measured; prints what was measured as JSON.
 * Arguments: the queue, the folder of its file, the number of messages.
 */
import { join } from "node:path";

import { createFrameWriter } from "../callback-frame.ts";
import { runPhase } from "../phase.ts";
import { openBareQueue } from "../queues/bare.ts";
import { openKitQueue } from "../queues/kit.ts";
import type { Queue } from "../queues/queue.ts";
import type { QueueRun } from "../store.ts";

const LANES = 2_000;
const WINDOW = 64;
const writeFrame = createFrameWriter("帮我看一下今天的部署有没有问题, please");

async function measure<C>(queue: Queue<C>, messages: number, firstId: number): Promise<QueueRun["phases"]> {
  const held: C[] = [];
  let id = firstId;
  const append = (): Promise<void> => {
    const frame: { readonly data: string } = JSON.parse(writeFrame((id += 1)));
    return queue.append(`cid${id % LANES}`, String(id), { raw: JSON.parse(frame.data) });
  };
  const claim = async (): Promise<void> => void held.push(await queue.claim());
  const finish = async (): Promise<void> => queue.finish(await queue.claim());
  const serial = { count: Math.ceil(messages / 4), window: 1 };
  const grouped = { count: messages, window: WINDOW };
  const phases = {
    "append, 1 at a time": await runPhase(append, serial),
    "append, 64 at a time": await runPhase(append, grouped),
    // Of each lane one message can be out at a time.
    claim: await runPhase(claim, { count: Math.min(LANES / 2, serial.count), window: 1 }),
  };
  await Promise.all(held.map((one) => queue.finish(one)));
  return {
    ...phases,
    "claim + finish, 1 at a time": await runPhase(finish, serial),
    "claim + finish, 64 at a time": await runPhase(finish, { ...grouped, count: Math.ceil(messages / 2) }),
  };
}

async function run<C>(queue: Queue<C>, messages: number): Promise<QueueRun> {
  const restRssBytes = process.memoryUsage().rss;
  await measure(queue, messages, 0);
  const phases = await measure(queue, messages, messages * 2);
  globalThis.gc?.();
  return { phases, restRssBytes, rssBytes: process.memoryUsage().rss };
}

const [name = "", folder = "", messages = ""] = process.argv.slice(2);
const file = join(folder, "queue.db");
if (name === "kit") {
  await using queue = await openKitQueue(file);
  console.log(JSON.stringify(await run(queue, Number(messages))));
} else {
  await using queue = openBareQueue(file);
  console.log(JSON.stringify(await run(queue, Number(messages))));
}
