import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { FaultSpec, Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { dig } from "./call.ts";
import { ROBOT_TOPIC, openPeer } from "./stream-peer.ts";
import type { StreamPeer } from "./stream-peer.ts";

interface Desk extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly simulator: Simulator;
  readonly peer: StreamPeer;
}

async function openDesk(...faults: readonly FaultSpec[]): Promise<Desk> {
  const clock = createManualClock();
  const simulator = await openSimulator({ pingIntervalMs: 0, faults }, { clock });
  const peer = await openPeer(simulator);
  return {
    clock,
    simulator,
    peer,
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
      expect(clock.pending).toBe(0);
    },
  };
}

/** What has arrived by now. */
async function texts(peer: StreamPeer): Promise<readonly string[]> {
  await peer.pong();
  const found = [];
  while (peer.waiting > 0) found.push(String(dig((await peer.next()).data, "text.content")));
  return found;
}

test("drops frames; the repeat after 60 seconds gets through", async () => {
  await using desk = await openDesk({ kind: "frame.drop", times: 1 });
  const said = await desk.simulator.say("a");
  expect(await texts(desk.peer)).toEqual([]);
  await desk.clock.advance(60_000);
  desk.peer.ack(await desk.peer.next());
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 2 });
});

test("delays frames without holding up those behind", async () => {
  await using desk = await openDesk({ kind: "frame.delay", delayMs: 5_000, times: 1 });
  await desk.simulator.say("a");
  await desk.simulator.say("b");
  expect(await texts(desk.peer)).toEqual(["b"]);
  await desk.clock.advance(5_000);
  expect(await texts(desk.peer)).toEqual(["a"]);
});

test("doubles frames; an ack for each copy is no violation", async () => {
  await using desk = await openDesk({ kind: "frame.duplicate", count: 2, delayMs: 100, times: 1 });
  const said = await desk.simulator.say("a");
  await desk.peer.pong();
  await desk.clock.advance(200);
  const frames = [await desk.peer.next(), await desk.peer.next(), await desk.peer.next()];
  expect(new Set(frames.map(({ frameId }) => frameId)).size).toBe(1);
  for (const frame of frames) desk.peer.ack(frame);
  await desk.peer.pong();
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 1 });
  expect(desk.simulator.violations()).toEqual([]);
  expect(desk.simulator.ledger()).toMatchObject([{ deliveries: [{ copies: 3 }], acks: [{}, {}, {}] }]);
});

test("lets frames overtake each other, or sends them late when none follows", async () => {
  await using desk = await openDesk({ kind: "frame.reorder", times: 1 });
  await desk.simulator.say("a");
  expect(await texts(desk.peer)).toEqual([]);
  await desk.simulator.say("b");
  expect(await texts(desk.peer)).toEqual(["b", "a"]);
  desk.simulator.fault({ kind: "frame.reorder", withinMs: 2_000, times: 1 });
  await desk.simulator.say("c");
  await desk.clock.advance(1_999);
  expect(await texts(desk.peer)).toEqual([]);
  await desk.clock.advance(1);
  expect(await texts(desk.peer)).toEqual(["c"]);
});

test("strikes only the topic that it names, and never a SYSTEM frame", async () => {
  await using desk = await openDesk({ kind: "frame.drop", where: { topic: "*" } });
  void desk.simulator.emitEvent({ type: "chat_quit" });
  await desk.simulator.say("a");
  expect(await texts(desk.peer)).toEqual(["a"]);
  desk.simulator.fault({ kind: "frame.drop" });
  desk.simulator.disconnect();
  expect((await desk.peer.next()).topic).toBe("disconnect");
});

test("drops acks: DingTalk repeats, and takes the second one", async () => {
  await using desk = await openDesk({ kind: "ack.drop", times: 1, where: { topic: ROBOT_TOPIC } });
  const said = await desk.simulator.say("a");
  desk.peer.ack(await desk.peer.next());
  await desk.peer.pong();
  expect(desk.simulator.ledger()).toMatchObject([{ acks: [], delivered: undefined }]);
  await desk.clock.advance(60_000);
  desk.peer.ack(await desk.peer.next());
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 2 });
  expect(desk.simulator.violations()).toEqual([]);
});

test("delays, doubles and reorders acks", async () => {
  await using desk = await openDesk({ kind: "ack.delay", delayMs: 5_000, times: 1 });
  const late = await desk.simulator.say("late");
  desk.peer.ack(await desk.peer.next());
  await desk.peer.pong();
  expect(desk.simulator.ledger()[0]?.acks).toEqual([]);
  await desk.clock.advance(5_000);
  expect(await late.delivered).toMatchObject({ acked: true });

  desk.simulator.fault({ kind: "ack.duplicate", times: 1 });
  const twice = await desk.simulator.say("twice");
  desk.peer.ack(await desk.peer.next());
  expect(await twice.delivered).toMatchObject({ acked: true });
  expect(desk.simulator.ledger()[1]?.acks).toHaveLength(2);

  desk.simulator.fault({ kind: "ack.reorder", times: 1 });
  const settled: string[] = [];
  for (const text of ["first", "second"]) {
    const said = await desk.simulator.say(text);
    void said.delivered.then(() => settled.push(text));
    desk.peer.ack(await desk.peer.next());
  }
  await desk.peer.pong();
  expect(settled).toEqual(["second", "first"]);
  expect(desk.simulator.violations()).toEqual([]);
});

test("repeats what was acknowledged, under the same frame id or a new one", async () => {
  await using desk = await openDesk({ kind: "message.redeliver", count: 2, delayMs: 1_000, times: 1 });
  const said = await desk.simulator.say("a");
  const first = await desk.peer.next();
  desk.peer.ack(first);
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 1 });
  await desk.clock.advance(2_000);
  const repeats = [await desk.peer.next(), await desk.peer.next()];
  expect(repeats.map(({ frameId }) => frameId)).toEqual([first.frameId, first.frameId]);
  expect(repeats.map(({ data }) => dig(data, "msgId"))).toEqual([said.messageId, said.messageId]);
  for (const frame of repeats) desk.peer.ack(frame);

  const where = { conversationId: said.conversationId };
  desk.simulator.fault({ kind: "message.redeliver", newFrameId: true, where });
  await desk.simulator.say("b");
  const second = await desk.peer.next();
  desk.peer.ack(second);
  await desk.peer.pong();
  await desk.clock.advance(60_000);
  const repeat = await desk.peer.next();
  expect(repeat.frameId).not.toBe(second.frameId);
  expect(dig(repeat.data, "msgId")).toBe(dig(second.data, "msgId"));
  desk.peer.ack(repeat);
  await desk.peer.pong();
  expect(desk.simulator.violations()).toEqual([]);
  expect(desk.simulator.ledger().map(({ deliveries }) => deliveries.length)).toEqual([3, 2]);
});

test("a spent delivery quota takes the content away and says 20001", async () => {
  await using desk = await openDesk({ kind: "message.over-quota", times: 1 });
  await desk.simulator.say("secret");
  const { data } = await desk.peer.next();
  expect(data).toMatchObject({ errorCode: 20_001, errorMessage: expect.any(String) });
  expect([dig(data, "text"), dig(data, "msgtype"), dig(data, "content")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await desk.simulator.say("open");
  expect(await texts(desk.peer)).toEqual(["open"]);
});

test("closing while frames and acks are held back leaves no timer", async () => {
  await using desk = await openDesk(
    { kind: "frame.delay", delayMs: 60_000, times: 1 },
    { kind: "frame.reorder", withinMs: 60_000, fromMs: 1 },
    { kind: "message.redeliver", count: 3 },
  );
  const said = await desk.simulator.say("a");
  await desk.clock.advance(1);
  await desk.simulator.say("b");
  await desk.simulator[Symbol.asyncDispose]();
  expect(await said.delivered).toMatchObject({ acked: false, reason: "closed" });
});
