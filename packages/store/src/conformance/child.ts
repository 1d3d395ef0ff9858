/** A process that can be killed: opens the store under test and does as it is told by lines of JSON. */
import { openSync, writeSync } from "node:fs";
import { argv, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

import { systemPorts } from "@dingtalk-kit/protocol";

import type { ClaimedMessage } from "@dingtalk-kit/protocol";
import type { Store } from "../store.ts";
import type { ChildTask, FromChild, LogLine, Order, ToChild } from "./child-lines.ts";
import { seededRandom } from "./random.ts";
import type { OpenStore } from "./store-under-test.ts";

const EFFECTS = "conformance.effect";

async function main(task: ChildTask): Promise<void> {
  const { openStore }: { openStore: OpenStore } = await import(task.module);
  let store: Store;
  try {
    store = await openStore(task.place, task.limits, {});
  } catch (error) {
    say({ kind: "refused", message: error instanceof Error ? error.message : String(error) });
    return;
  }
  if (task.kind === "serve") await serve(store, task);
  else await holdOne(store);
}

function say(line: FromChild): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}

async function holdOne(store: Store): Promise<void> {
  const [claimed] = await store.lanes.claim(1);
  if (claimed === undefined) return;
  const { messageId, attempt, exhausted } = claimed;
  say({ kind: "claimed", messageId, attempt, exhausted });
  stdin.resume();
}

async function serve(store: Store, task: ChildTask): Promise<void> {
  say({ kind: "ready", done: (await store.inbox.counts()).done });
  const work = createWork(store, task);
  for await (const text of createInterface({ input: stdin })) {
    const line: ToChild = JSON.parse(text);
    if (line.kind === "finish") work.finish();
    else void append(store, line.order);
  }
  await store.lanes.drain(0);
  await store[Symbol.asyncDispose]();
}

async function append(store: Store, order: Order): Promise<void> {
  const { lane, messageId } = order;
  const { kind } = await store.lanes.append({ robotCode: "robot", messageId, lane, body: { ...order } });
  say({ kind: "acked", messageId, result: kind });
}

/** Claims and works on turns until the lanes drain. */
function createWork(store: Store, { log, seed, turns }: ChildTask): { finish(): void } {
  const file = openSync(log, "a");
  const random = seededRandom(seed);
  const write = (line: LogLine): void => void writeSync(file, `${JSON.stringify(line)}\n`);
  let [underWay, finishing] = [0, false];
  let room = Promise.withResolvers<void>();

  const work = async (claimed: ClaimedMessage): Promise<void> => {
    const order = readOrder(claimed);
    write({ kind: "start", ...order });
    await systemPorts.clock.sleep(turns.minMs + random() * (turns.maxMs - turns.minMs));
    if (claimed.attempt < 5 && random() < turns.failShare) {
      write({ kind: "end", ...order });
      await store.lanes.retry(claimed, { reason: "failed", delayMs: 20 * 2 ** claimed.attempt });
      return;
    }
    const change = { expectedVersion: undefined, value: order.index };
    const version = await store.state.compareAndSet(EFFECTS, order.messageId, change);
    if (version !== undefined) write({ kind: "effect", ...order });
    write({ kind: "end", ...order });
    if (!(await store.lanes.finish(claimed))) return;
    write({ kind: "finished", ...order });
    say({ kind: "finished", messageId: order.messageId });
  };
  const sayIdle = async (): Promise<void> => {
    if (!finishing || underWay > 0) return;
    const { waiting, running } = await store.inbox.counts();
    if (waiting + running === 0) say({ kind: "idle" });
  };
  const run = async (): Promise<void> => {
    for (;;) {
      while (underWay >= turns.atOnce) await room.promise;
      const claimed = await store.lanes.claim(turns.atOnce - underWay);
      if (claimed.length === 0) return;
      underWay += claimed.length;
      for (const one of claimed) {
        void work(one).then(() => {
          underWay -= 1;
          room.resolve();
          room = Promise.withResolvers();
          return sayIdle();
        });
      }
    }
  };
  write({ kind: "boot" });
  void run();
  return {
    finish() {
      finishing = true;
      void sayIdle();
    },
  };
}

function readOrder({ lane, messageId, body }: ClaimedMessage): Order {
  const index = typeof body === "object" && body !== null && "index" in body ? Number(body["index"]) : -1;
  return { lane, index, messageId };
}

await main(JSON.parse(argv[2] ?? "{}"));
