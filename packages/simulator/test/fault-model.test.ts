import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { FaultSpec, Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

const PATH = "/gettoken";
const poke = async ({ url }: Simulator, path = PATH): Promise<number> => (await call(`${url}${path}`)).status;

async function strikesOf(
  seed: number,
  probability: number,
  opportunities: number,
): Promise<readonly number[]> {
  await using simulator = await openSimulator({ seed });
  await using peer = await openPeer(simulator);
  const fault = simulator.fault({ kind: "frame.drop", probability });
  for (let i = 0; i < opportunities; i += 1) await simulator.say(String(i));
  await peer.pong();
  expect(peer.waiting).toBe(opportunities - fault.info().struck);
  return fault.info().strikes;
}

test("the same seed strikes the same opportunities, another seed others", async () => {
  const strikes = await strikesOf(1, 0.3, 50);
  expect(await strikesOf(1, 0.3, 50)).toEqual(strikes);
  expect(await strikesOf(2, 0.3, 50)).not.toEqual(strikes);
});

test.for([0.05, 0.5, 0.9])("strikes with about its probability: %d", async (probability) => {
  const struck = (await strikesOf(20_261_121, probability, 2_000)).length;
  // Four standard deviations: with this seed it holds for good.
  expect(Math.abs(struck - 2_000 * probability)).toBeLessThan(
    4 * Math.sqrt(2_000 * probability * (1 - probability)),
  );
});

test("what one fault strikes does not depend on what happens to the others", async () => {
  expect(await strikesBeside(true)).toEqual(await strikesBeside(false));
});

async function strikesBeside(isBusy: boolean): Promise<readonly number[]> {
  await using simulator = await openSimulator({ seed: 5 });
  const fault = simulator.fault({ kind: "call.answer", probability: 0.5, where: { path: PATH } });
  if (isBusy) simulator.fault({ kind: "call.answer", probability: 0.5, where: { path: "/other" } });
  for (let i = 0; i < 30; i += 1) {
    if (isBusy) await poke(simulator, "/other");
    await poke(simulator);
  }
  return fault.info().strikes;
}

test("draws a seed when none is given, and tells which", async () => {
  await using first = await openSimulator({}, { random: () => 0.25 });
  expect(first.seed).toBe(2 ** 30);
  await using second = await openSimulator();
  expect(Number.isSafeInteger(second.seed)).toBe(true);
});

test("strikes so many times, in its time, where it says, and until lifted", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const twice = simulator.fault({ kind: "call.answer", status: 500, times: 2, fromMs: 1_000, forMs: 2_000 });
  expect([await poke(simulator), twice.info().state]).toEqual([200, "waiting"]);
  await clock.advance(1_000);
  expect([await poke(simulator), await poke(simulator), await poke(simulator)]).toEqual([500, 500, 200]);
  expect(twice.info()).toMatchObject({ id: "fault-1", state: "over", seen: 2, struck: 2, strikes: [1, 2] });

  const brief = simulator.fault({ kind: "call.answer", status: 500, forMs: 2_000 });
  await clock.advance(1_999);
  expect(await poke(simulator)).toBe(500);
  await clock.advance(1);
  expect([await poke(simulator), brief.info().state]).toEqual([200, "over"]);

  const elsewhere = simulator.fault({
    kind: "call.answer",
    status: 500,
    where: { path: "/v1.0/*", method: "post" },
  });
  expect([await poke(simulator), await poke(simulator, "/v1.0/x")]).toEqual([200, 404]);
  expect(elsewhere.info()).toMatchObject({ state: "active", seen: 0 });
  elsewhere.lift();
  expect(simulator.faults().map(({ state }) => state)).toEqual(["over", "over", "over"]);
  simulator.liftFaults("fault-1");
  simulator.liftFaults();
  expect(simulator.faults()).toEqual([]);
});

test("of several faults for one opportunity the oldest strikes, and the next one after it is over", async () => {
  await using simulator = await openSimulator();
  simulator.fault({ kind: "call.answer", status: 500, times: 1 });
  simulator.fault({ kind: "call.answer", status: 502, times: 1 });
  expect([await poke(simulator), await poke(simulator), await poke(simulator)]).toEqual([500, 502, 200]);
});

const NONSENSE: ReadonlyArray<readonly [string, object, string]> = [
  ["no kind", {}, "kind is missing"],
  ["an unknown kind", { kind: "frame.lost" }, "there is no fault frame.lost; there are frame.drop, "],
  ["an inherited name", { kind: "toString" }, "there is no fault toString"],
  ["an unknown field", { kind: "frame.drop", delayMs: 1 }, "unknown key: delayMs"],
  [
    "a place that the kind does not know",
    { kind: "frame.drop", where: { path: "/x" } },
    "unknown key: where.path",
  ],
  ["a place that is no text", { kind: "call.hang", where: { path: 1 } }, "path must be a string"],
  ["a place that is no object", { kind: "call.hang", where: "/x" }, "where must be an object"],
  ["a missing delay", { kind: "frame.delay" }, "delayMs is missing"],
  ["half a strike", { kind: "frame.drop", times: 0.5 }, "times must be a whole number"],
  ["a time before now", { kind: "frame.drop", fromMs: -1 }, "fromMs must be a whole number"],
  [
    "too much probability",
    { kind: "frame.drop", probability: 1.1 },
    "probability must be a number from 0 to 1",
  ],
  ["no probability", { kind: "frame.drop", probability: Number.NaN }, "probability must be"],
  ["a status that is none", { kind: "call.answer", status: 99 }, "status must be 200 to 599"],
  ["a close code that is none", { kind: "socket.close", code: 1005 }, "code must be a WebSocket close code"],
  ["an unknown moment", { kind: "socket.reset", when: "later" }, "when must be now or open or push"],
  [
    "an interval without now",
    { kind: "socket.reset", when: "open", everyMs: 1 },
    "everyMs goes together with",
  ],
  ["an unknown code", { kind: "call.throttle", code: "429" }, "code must be QpsLimitForAppkeyAndApi or"],
  ["another status for a token", { kind: "call.expired-token", status: 403 }, "status must be 400 or 401"],
];

test.for(NONSENSE)("refuses %s", async ([, order, message]) => {
  await using simulator = await openSimulator();
  const answer = await call(`${simulator.url}/_sim/faults`, order, {
    raw: JSON.stringify(order, (_key, value: unknown) => (Number.isNaN(value) ? "NaN" : value)),
  });
  expect([answer.status, answer.at("code")]).toEqual([400, "DINGTALK_CONFIG"]);
  expect(answer.at("message")).toContain(message);
  expect(simulator.faults()).toEqual([]);
});

test("refuses nonsense in the options too", async () => {
  const faults: readonly FaultSpec[] = JSON.parse('[{"kind":"frame.lost"}]');
  await expect(openSimulator({ faults })).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
  await expect(openSimulator({ seed: -1 })).rejects.toThrow("seed is out of range");
});

test("the control API sets, shows and lifts faults, and puts the clock forward", async () => {
  await using simulator = await openSimulator({ seed: 3 });
  const faults = `${simulator.url}/_sim/faults`;
  const order = { kind: "call.answer", status: 401, fromMs: 3_600_000 };
  expect((await call(faults, order)).body).toEqual({
    id: "fault-1",
    spec: order,
    state: "waiting",
    seen: 0,
    struck: 0,
    strikes: [],
  });
  expect(await poke(simulator)).toBe(200);
  expect((await call(`${simulator.url}/_sim/clock`, { advanceMs: 3_600_000 })).status).toBe(200);
  expect(await poke(simulator)).toBe(401);
  expect((await call(faults)).body).toMatchObject({ seed: 3, faults: [{ id: "fault-1", strikes: [1] }] });
  expect((await call(`${faults}?id=fault-2`, undefined, { method: "DELETE" })).status).toBe(400);
  expect((await call(`${faults}?id=fault-1`, undefined, { method: "DELETE" })).status).toBe(200);
  expect(await poke(simulator)).toBe(200);
  await call(faults, { kind: "frame.drop" });
  await call(faults, undefined, { method: "DELETE" });
  expect(simulator.faults()).toEqual([]);
  expect((await call(`${simulator.url}/_sim/clock`, {})).at("message")).toBe("advanceMs is missing");
});

test("a clock put forward fires what falls due, in order and at its moment, and goes on from there", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingTimeoutMs: 25_000 }, { clock });
  await using peer = await openPeer(simulator);
  const said = await simulator.say("unacknowledged");
  await simulator.advance(54_999);
  await peer.pong();
  expect(simulator.connections()).toMatchObject([{ pings: { sent: 1 } }]);
  expect(clock.nowMs()).toBe(1_767_225_600_000);
  await clock.advance(1);
  expect(await peer.closed).toBe(1006);
  await simulator.advance(5_000);
  expect(await said.delivered).toEqual({ acked: false, reason: "no-connection", attempts: 1 });
});
