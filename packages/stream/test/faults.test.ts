import { expect, test } from "vitest";

import { openSimulatorDesk } from "./simulator-desk.ts";

const OPEN = "/v1.0/gateway/connections/open";

test.each([0, 3_000, 9_750, 10_000, 14_000])(
  "notices a half-open socket and has replaced it within 30 s (%i ms into the connection)",
  async (ageMs) => {
    await using desk = await openSimulatorDesk();
    await desk.connected();
    await desk.pass(ageMs);
    const heardAtMs = desk.client.status.lastReceivedAtMs;
    desk.simulator.fault({ kind: "socket.half-open", routeForMs: 0 });
    const tookMs = await desk.passUntil(() => desk.client.status.reconnects === 1);
    expect(tookMs).toBeLessThanOrEqual(30_000);
    const said = await desk.simulator.say("after");
    expect(await said.delivered).toMatchObject({ acked: true });
    const [gap, ...more] = desk.client.status.gaps;
    expect(more).toEqual([]);
    expect(gap?.startedAtMs).toBe(heardAtMs);
    expect(desk.log.lines.some(({ message }) => message.includes("two pings unanswered"))).toBe(true);
  },
);

test("keeps a healthy socket through 30 s of blocked event loop, again and again", async () => {
  await using desk = await openSimulatorDesk();
  await desk.connected();
  for (let round = 0; round < 8; round += 1) {
    // Right after a ping went out, before its pong can be read.
    await desk.clock.advance(round % 2 === 0 ? 10_000 : 5_000);
    desk.clock.block(30_000);
    await desk.pass(250);
  }
  await desk.pass(30_000);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 0, gaps: [] });
  expect(desk.simulator.calls(OPEN)).toHaveLength(1);
});

test("opens a new socket at once when the machine wakes, and names the gap", async () => {
  await using desk = await openSimulatorDesk();
  await desk.connected();
  await desk.pass(12_000);
  desk.simulator.fault({ kind: "socket.half-open", routeForMs: 0 });
  const asleepAtMs = desk.clock.nowMs();
  desk.clock.sleepMachine(3_600_000);
  const tookMs = await desk.passUntil(() => desk.client.status.reconnects === 1);
  // The next look at the clock comes within five seconds.
  expect(tookMs).toBeLessThanOrEqual(5_000);
  const [gap] = desk.client.status.gaps;
  expect(gap?.startedAtMs).toBeLessThanOrEqual(asleepAtMs);
  expect(gap?.durationMs).toBeGreaterThanOrEqual(3_600_000);
  expect(desk.log.lines.some(({ message }) => message.includes("slept"))).toBe(true);
  await desk.pass(15_000);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 1 });
});

test("tries at once after a sleep when it was waiting to try again", async () => {
  await using desk = await openSimulatorDesk(
    {},
    { initialReconnectDelayMs: 3_600_000, maxReconnectDelayMs: 3_600_000 },
  );
  await desk.connected();
  desk.simulator.dropSockets();
  await desk.passUntil(() => desk.client.status.state === "retrying");
  desk.clock.sleepMachine(600_000);
  expect(await desk.passUntil(() => desk.client.status.reconnects === 1)).toBeLessThanOrEqual(5_000);
});

test.each([
  ["answers 503", { kind: "call.answer", status: 503 }],
  ["answers with a page", { kind: "call.answer", status: 502, body: "<html>bad gateway</html>" }],
  ["resets", { kind: "call.reset" }],
] as const)(
  "is back within 5 s of an outage of 75 s in which connections/open %s; every message that DingTalk holds arrives",
  async (_name, fault) => {
    await using desk = await openSimulatorDesk({ undeliverable: "hold", holdMs: 120_000 });
    await desk.connected();
    await desk.pass(61_000);
    desk.simulator.fault({ ...fault, where: { path: OPEN }, forMs: 75_000 });
    desk.simulator.dropSockets();
    const deliveries: Promise<unknown>[] = [];
    for (const text of ["one", "two", "three"]) {
      await desk.pass(20_000);
      deliveries.push((await desk.simulator.say(text)).delivered);
    }
    await desk.pass(15_000);
    expect(desk.client.status).toMatchObject({ state: "retrying", reconnects: 0 });
    expect(await desk.passUntil(() => desk.client.status.reconnects === 1)).toBeLessThanOrEqual(5_000);
    expect(await Promise.all(deliveries)).toMatchObject([{ acked: true }, { acked: true }, { acked: true }]);
    expect(desk.texts()).toEqual(["one", "two", "three"]);
    // Knocking costs nothing: attempts come at the seeds' delays, and one more when the knock is answered.
    const attempts = desk.simulator.calls(OPEN).filter(({ method }) => method === "POST");
    expect(attempts.length).toBeLessThanOrEqual(9);
  },
);

test("names the gap in status and log when DingTalk loses what came in an outage", async () => {
  await using desk = await openSimulatorDesk({ undeliverable: "lose" });
  await desk.connected();
  const downAtMs = desk.clock.nowMs();
  desk.simulator.fault({ kind: "call.answer", status: 503, where: { path: OPEN }, forMs: 75_000 });
  desk.simulator.dropSockets();
  await desk.passUntil(() => desk.client.status.downSinceMs !== undefined);
  expect(desk.client.status.downSinceMs).toBe(downAtMs);
  const lost = await desk.simulator.say("lost");
  expect(await lost.delivered).toMatchObject({ acked: false });
  await desk.passUntil(() => desk.client.status.reconnects === 1);
  const upAtMs = desk.client.status.connectedAtMs ?? 0;
  expect(desk.client.status).toMatchObject({
    downSinceMs: undefined,
    gaps: [{ startedAtMs: downAtMs, endedAtMs: upAtMs, durationMs: upAtMs - downAtMs }],
  });
  const line = desk.log.lines.find(({ message }) => message.startsWith("No connection to DingTalk for"));
  expect(line?.level).toBe("warn");
  expect(line?.message).toContain(new Date(downAtMs).toISOString());
  expect(line?.fields).toEqual(desk.client.status.gaps[0]);
});

test("loses no message of a burst in which DingTalk rotates the connection, and leaves no gap", async () => {
  await using desk = await openSimulatorDesk({ undeliverable: "hold" });
  await desk.connected();
  const deliveries: Promise<unknown>[] = [];
  for (let index = 0; index < 75; index += 1) {
    deliveries.push((await desk.simulator.say({ text: `m${index}`, from: `user${index % 12}` })).delivered);
    if (index === 30) desk.simulator.disconnect("connection is expired");
  }
  const settled = await Promise.all(deliveries);
  expect(settled).toEqual(settled.map(() => expect.objectContaining({ acked: true, attempts: 1 })));
  expect(new Set(desk.texts()).size).toBe(75);
  expect(desk.inbound).toHaveLength(75);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 1, gaps: [] });
  expect(desk.statuses.every(({ state }) => state !== "retrying")).toBe(true);
  expect(desk.simulator.violations()).toEqual([]);
});

test("gives up a handshake that hangs, and comes back when the next one works", async () => {
  await using desk = await openSimulatorDesk();
  await desk.connected();
  desk.simulator.fault({ kind: "handshake.hang", times: 1 });
  desk.simulator.fault({ kind: "socket.reset" });
  await desk.passUntil(() => desk.client.status.lastError?.code === "DINGTALK_TIMEOUT");
  expect(desk.client.status.lastError).toMatchObject({ stage: "connect.websocket" });
  await desk.passUntil(() => desk.client.status.reconnects === 1);
});

test.each([1006, 1000, 1011, 4000])("comes back after the peer closes with %i", async (code) => {
  await using desk = await openSimulatorDesk();
  await desk.connected();
  desk.simulator.fault({ kind: "socket.close", code });
  await desk.passUntil(() => desk.client.status.reconnects === 1);
  expect(desk.log.lines.some(({ message }) => message.includes(`connection lost: code ${code}`))).toBe(true);
});
