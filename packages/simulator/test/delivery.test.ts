import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { dig } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

test("repeats an unacknowledged robot message once after 60 seconds, with the same ids", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  await using peer = await openPeer(simulator);
  const said = await simulator.say("hi");
  const first = await peer.next();
  await clock.advance(59_999);
  expect(peer.waiting).toBe(0);
  await clock.advance(1);
  const second = await peer.next();
  expect(dig(second.data, "msgId")).toBe(said.messageId);
  expect(second.frameId).toBe(first.frameId);
  await clock.advance(60_000);
  expect(await said.delivered).toEqual({ acked: false, reason: "not-acknowledged", attempts: 2 });
});

test("a repeat may come under a new frame id; its ack counts, and the first one's as well", async () => {
  const clock = createManualClock();
  const redelivery = { newFrameId: true, delayMs: 16_000, count: 2 };
  await using simulator = await openSimulator({ redelivery, pingIntervalMs: 0 }, { clock });
  await using peer = await openPeer(simulator);
  const said = await simulator.say("hi");
  const first = await peer.next();
  await clock.advance(16_000);
  const second = await peer.next();
  expect(second.frameId).not.toBe(first.frameId);
  expect(dig(second.data, "msgId")).toBe(dig(first.data, "msgId"));
  peer.ack(first);
  peer.ack(second);
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 2 });
  expect(simulator.violations()).toEqual([]);
});

test("redelivery can be turned off", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ redelivery: { count: 0 }, pingIntervalMs: 0 }, { clock });
  await using peer = await openPeer(simulator);
  const said = await simulator.say("hi");
  await peer.next();
  await clock.advance(60_000);
  expect(await said.delivered).toEqual({ acked: false, reason: "not-acknowledged", attempts: 1 });
});

test("a response with an error code counts as received, unless the option says otherwise", async () => {
  const clock = createManualClock();
  await using lenient = await openSimulator({}, { clock });
  await using first = await openPeer(lenient);
  const taken = await lenient.say("hi");
  first.ack(await first.next(), {}, 500);
  expect(await taken.delivered).toMatchObject({ acked: true, code: 500 });

  await using strict = await openSimulator({ redelivery: { refused: true }, pingIntervalMs: 0 }, { clock });
  await using second = await openPeer(strict);
  const refused = await strict.say("hi");
  second.ack(await second.next(), {}, 500);
  const sync = await strict.say("in order");
  second.ack(await second.next());
  await sync.delivered;
  await clock.advance(60_000);
  second.ack(await second.next(), {}, 500);
  expect(await refused.delivered).toEqual({ acked: false, reason: "refused", attempts: 2 });
});

test("a message that finds nobody is lost, or held until somebody connects", async () => {
  await using losing = await openSimulator();
  expect(await (await losing.say("hi")).delivered).toEqual({
    acked: false,
    reason: "no-connection",
    attempts: 0,
  });

  const clock = createManualClock();
  await using holding = await openSimulator({ undeliverable: "hold" }, { clock });
  const tooEarly = await holding.say("too early");
  await clock.advance(60_000);
  expect(await tooEarly.delivered).toMatchObject({ acked: false, reason: "no-connection" });
  const said = await holding.say("just in time");
  await using peer = await openPeer(holding);
  peer.ack(await peer.next());
  expect(await said.delivered).toMatchObject({ acked: true });
});

test("repeats an event after LATER and after an error, at 10 and 30 seconds", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  await using peer = await openPeer(simulator);
  const emitted = simulator.emitEvent({ type: "chat_add_member", data: { userId: ["u2"] } });
  const first = await peer.next();
  expect(first).toMatchObject({ type: "EVENT", topic: "*", data: { userId: ["u2"] } });
  expect(first.headers).toMatchObject({ eventType: "chat_add_member", eventCorpId: "dingcorp01" });
  peer.ack(first, { status: "LATER", message: "busy" });
  await clock.advance(10_000);
  peer.ack(await peer.next(), {}, 500);
  await clock.advance(30_000);
  peer.ack(await peer.next(), { status: "SUCCESS" });
  expect(await emitted).toMatchObject({ acked: true, attempts: 3 });
});

test("closing settles what is still under way", async () => {
  const simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const said = await simulator.say("hi");
  await peer.next();
  const answer = simulator.answer(said);
  await Promise.all([
    expect(answer).rejects.toThrow("the simulator was closed"),
    simulator[Symbol.asyncDispose](),
  ]);
  expect(await said.delivered).toMatchObject({ acked: false, reason: "closed" });
});
