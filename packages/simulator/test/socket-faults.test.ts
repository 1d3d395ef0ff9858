import { once } from "node:events";
import { request } from "node:https";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { FaultSpec, Simulator } from "dingtalk-simulator";
import { createTestCa } from "dingtalk-simulator/testing";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { dig } from "./call.ts";
import { ALL_TOPICS, openEndpoint, openPeer } from "./stream-peer.ts";

const LOST = { acked: false, reason: "not-acknowledged", attempts: 1 } as const;

test("a half-open socket answers nothing and sends nothing, and swallows messages for 60 seconds", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ redelivery: { count: 0 } }, { clock });
  await using peer = await openPeer(simulator);
  await peer.pong();
  simulator.fault({ kind: "socket.half-open" });
  expect(simulator.connections()).toMatchObject([{ state: "half-open" }]);
  let isAnswered = false;
  void peer.pong().then(() => (isAnswered = true));
  const swallowed = await simulator.say("into the void");
  simulator.send({ type: "X" });
  await clock.advance(59_999);
  const last = await simulator.say("still routed there");
  await clock.advance(1);
  expect(await swallowed.delivered).toEqual(LOST);
  expect(await (await simulator.say("noticed by now")).delivered).toMatchObject({ reason: "no-connection" });
  await clock.advance(60_000);
  expect(await last.delivered).toEqual(LOST);
  expect([peer.waiting, isAnswered, simulator.violations()]).toEqual([0, false, []]);
  peer.terminate();
});

test("messages are still routed to a half-open socket after the client let go of it, and repeated to the next", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  await using dead = await openPeer(simulator);
  simulator.fault({ kind: "socket.half-open", routeForMs: 20_000 });
  dead.terminate();
  await dead.closed;
  const said = await simulator.say("hi");
  await using fresh = await openPeer(simulator);
  expect(fresh.waiting).toBe(0);
  await clock.advance(60_000);
  fresh.ack(await fresh.next());
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 2 });
});

test.for([
  ["socket.close", { kind: "socket.close" }, 1006, []],
  ["socket.close with a code", { kind: "socket.close", code: 1011 }, 1011, []],
  ["socket.reset", { kind: "socket.reset" }, 1006, ["ECONNRESET"]],
] as const)("%s is what the client sees", async ([, fault, code, errors]) => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  simulator.fault(fault);
  expect(await peer.closed).toBe(code);
  expect(peer.errors).toEqual(errors);
  await using next = await openPeer(simulator);
  await next.pong();
  expect(simulator.faults()).toMatchObject([{ state: "over", seen: 1, struck: 1, strikes: [1] }]);
});

test("goes half-open and resets below TLS too", async () => {
  await using ca = await createTestCa();
  await using simulator = await openSimulator({ tls: ca.tls });
  const socket = new WebSocket(await openSecureEndpoint(simulator, ca.caCertPem), { ca: ca.caCertPem });
  await once(socket, "open");
  simulator.fault({ kind: "socket.half-open", times: 1 });
  const unheard = new Promise((resolve) => socket.on("pong", resolve));
  socket.ping();
  await openSecureEndpoint(simulator, ca.caCertPem);
  socket.terminate();
  expect(await Promise.race([unheard, once(socket, "close").then(() => "closed")])).toBe("closed");

  const second = new WebSocket(await openSecureEndpoint(simulator, ca.caCertPem), { ca: ca.caCertPem });
  const failed = once(second, "upgrade").then(([{ socket: transport }]) => once(transport, "error"));
  await once(second, "open");
  simulator.fault({ kind: "socket.reset" });
  expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
});

test("strikes on admission, after a push, or later", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  const onOpen = simulator.fault({ kind: "socket.disconnect", when: "open", times: 1, reason: "at once" });
  await using first = await openPeer(simulator);
  expect(await first.next()).toMatchObject({ topic: "disconnect", data: { reason: "at once" } });
  expect(onOpen.info()).toMatchObject({ state: "over", struck: 1 });

  simulator.fault({ kind: "socket.close", when: "push", times: 1 });
  await using second = await openPeer(simulator);
  await simulator.say("hi");
  expect((await second.next()).type).toBe("CALLBACK");
  expect(await second.closed).toBe(1006);

  simulator.fault({ kind: "socket.close", fromMs: 5_000 });
  await using third = await openPeer(simulator);
  await clock.advance(4_999);
  await third.pong();
  await clock.advance(1);
  expect(await third.closed).toBe(1006);
});

test("a storm rotates whatever is live at its interval, so many times, and leaves no timer", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0, disconnectGraceMs: 0 }, { clock });
  const storm = simulator.fault({ kind: "socket.disconnect", everyMs: 1_000, times: 5 });
  for (let round = 0; round < 5; round += 1) {
    await using peer = await openPeer(simulator);
    await clock.advance(1_000);
    expect((await peer.next()).topic).toBe("disconnect");
    expect(await peer.closed).toBe(1000);
  }
  expect(storm.info()).toMatchObject({ state: "over", struck: 5 });
  await using survivor = await openPeer(simulator);
  await clock.advance(10_000);
  await survivor.pong();
  expect([survivor.waiting, clock.pending]).toEqual([0, 0]);
});

test("a lifted storm ends at once", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  {
    using storm = simulator.fault({ kind: "socket.disconnect", everyMs: 1_000 });
    expect(storm.info().state).toBe("active");
    expect(clock.pending).toBe(1);
  }
  expect(clock.pending).toBe(0);
});

test("strikes only the connections and apps that it names", async () => {
  await using simulator = await openSimulator();
  const other = simulator.addApp({ clientId: "dingother", clientSecret: "s" });
  await using mine = await openPeer(simulator);
  await using theirs = await openPeer({ ...simulator, app: other });
  simulator.fault({ kind: "socket.close", where: { clientId: "dingother" } });
  expect(await theirs.closed).toBe(1006);
  await mine.pong();
  const connectionId = simulator.connections()[0]?.connectionId;
  simulator.fault({ kind: "socket.close", code: 1001, where: { connectionId } });
  expect(await mine.closed).toBe(1001);
});

test("refuses, delays and never answers a handshake", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  const refused = simulator.fault({
    kind: "handshake.refuse",
    status: 502,
    body: "<html>bad gateway</html>",
  });
  expect(await handshake(await openEndpoint(simulator))).toBe(
    "502 text/html;charset=utf-8 <html>bad gateway</html>",
  );
  refused.lift();

  const hanging = simulator.fault({ kind: "handshake.hang" });
  const silent = new WebSocket(await openEndpoint(simulator));
  silent.on("error", () => undefined);
  await until(() => hanging.info().struck === 1);
  expect([silent.readyState, simulator.connections().length]).toEqual([WebSocket.CONNECTING, 0]);
  hanging.lift();

  const slow = simulator.fault({ kind: "handshake.slow", delayMs: 8_000 });
  const late = openPeer(simulator);
  await until(() => slow.info().struck === 1);
  await clock.advance(7_999);
  expect(simulator.connections()).toEqual([]);
  await clock.advance(1);
  await using peer = await late;
  await peer.pong();
  expect(silent.readyState).toBe(WebSocket.CONNECTING);
  silent.terminate();
});

test("disposing while handshakes and half-open sockets hang leaves no timer and no socket", async () => {
  const clock = createManualClock();
  const faults: FaultSpec[] = [
    { kind: "handshake.slow", delayMs: 8_000, fromMs: 1 },
    { kind: "socket.close", everyMs: 9_000, fromMs: 9_000 },
  ];
  const simulator = await openSimulator({ faults }, { clock });
  await using peer = await openPeer(simulator);
  simulator.fault({ kind: "socket.half-open" });
  await clock.advance(1);
  const late = new WebSocket(await openEndpoint(simulator));
  const refused = new Promise((resolve) => late.on("error", resolve));
  await until(() => simulator.faults()[0]?.struck === 1);
  await simulator[Symbol.asyncDispose]();
  await refused;
  expect(await peer.closed).toBe(1006);
  expect(clock.pending).toBe(0);
});

/** Lets real input and output happen until `isSo`. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

async function handshake(url: string): Promise<string> {
  const socket = new WebSocket(url);
  return new Promise((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        resolve(`${response.statusCode} ${String(response.headers["content-type"])} ${text}`),
      );
    });
  });
}

/** As {@link openEndpoint}, trusting only this CA. */
async function openSecureEndpoint({ url, app }: Simulator, ca: string): Promise<string> {
  const body = JSON.stringify({ ...app, subscriptions: ALL_TOPICS });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const text = await new Promise<string>((resolve, reject) => {
    request(`${url}/v1.0/gateway/connections/open`, { method: "POST", ca, headers }, (response) => {
      let received = "";
      response.on("data", (chunk: Buffer) => (received += chunk.toString()));
      response.on("end", () => resolve(received));
    })
      .on("error", reject)
      .end(body);
  });
  const answer: unknown = JSON.parse(text);
  return `${String(dig(answer, "endpoint"))}?ticket=${String(dig(answer, "ticket"))}`;
}
