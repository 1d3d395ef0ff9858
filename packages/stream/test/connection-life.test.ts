import { ConfigError } from "@dingtalk-kit/protocol";
import { createNet } from "@dingtalk-kit/net";
import { expect, test } from "vitest";

import { createStreamClient } from "../src/index.ts";
import { frame, rest, robotMessage, until } from "./gateway.ts";
import type { GatewaySocket } from "./gateway.ts";
import { openStreamDesk, startMs } from "./stream-desk.ts";

const disconnect = frame({
  type: "SYSTEM",
  topic: "disconnect",
  id: "d1",
  data: { reason: "connection is expired" },
});

test("opens a new connection before it leaves the old one, and reads both", async () => {
  await using desk = await openStreamDesk();
  const old = await desk.socket(0);
  old.send(disconnect);
  const fresh = await desk.socket(1);
  expect(old.closed.code).toBeUndefined();
  expect(fresh.ticket).toBe("ticket-2");
  old.send(frame({ id: "old", data: robotMessage("old") }));
  fresh.send(frame({ id: "new", data: robotMessage("new") }));
  await until(() => desk.inbound.length === 2);
  for (const inbound of desk.inbound) inbound.ack();
  await until(() => old.received.length === 1 && fresh.received.length === 1);
  expect(old.received[0]).toMatchObject({ headers: { messageId: "old" } });
  expect(fresh.received[0]).toMatchObject({ headers: { messageId: "new" } });
  await desk.clock.advance(10_000);
  await until(() => old.closed.code !== undefined);
  expect(old.closed.code).toBe(1000);
  expect(fresh.closed.code).toBeUndefined();
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 1 });
  expect(desk.warnings()).toEqual([]);
});

function burst(socket: GatewaySocket, name: string): void {
  for (let index = 0; index < 100; index += 1) {
    const id = `${name}-${index}`;
    socket.send(frame({ id, data: robotMessage(id) }));
  }
}

test("handles what the old connection still delivers in a burst, and is never without a socket", async () => {
  await using desk = await openStreamDesk();
  const old = await desk.socket(0);
  burst(old, "before");
  old.send(disconnect);
  burst(old, "after");
  const fresh = await desk.socket(1);
  burst(old, "late");
  burst(fresh, "new");
  old.socket.close(1000);
  await until(() => desk.inbound.length === 400);
  for (const inbound of desk.inbound) inbound.ack();
  await until(() => fresh.received.length === 100 && old.closed.code !== undefined);
  expect(new Set(desk.inbound.map(({ frameId }) => frameId)).size).toBe(400);
  expect(desk.gateway.extent).toEqual({ most: 2, least: 1 });
  expect(desk.client.status).toMatchObject({ state: "connected", downSinceMs: undefined, gaps: [] });
  expect(desk.statuses.every(({ state }) => state !== "retrying")).toBe(true);
});

test("never has more than two sockets in a storm of 50 disconnects, and ends it with one", async () => {
  let storm = 50;
  await using desk = await openStreamDesk({
    gateway: {
      onSocket(socket) {
        storm -= 1;
        if (storm < 0) return;
        for (let copy = 0; copy < 3; copy += 1) socket.send(disconnect);
      },
    },
  });
  while (desk.gateway.sockets.length <= 50) {
    await desk.clock.advance(1_000);
    await rest();
  }
  await desk.socket(50);
  await desk.clock.advance(10_000);
  await until(() => desk.gateway.sockets.filter(({ closed }) => closed.code === undefined).length === 1);
  expect(desk.gateway.extent.most).toBe(2);
  expect(desk.gateway.sockets.slice(0, 50).every(({ closed }) => closed.code === 1000)).toBe(true);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 50, gaps: [] });
  // The storm's delays grew: it is no busy loop. Disposing proves that no timer is left but the tick.
  expect(desk.clock.nowMs() - startMs).toBeGreaterThan(40 * 42_000);
  expect(desk.clock.pending).toBe(1);
});

test("replaces a socket after a sleep even when it lived through it, and then names no gap", async () => {
  await using desk = await openStreamDesk();
  const old = await desk.socket(0);
  desk.gateway.answers.push({ status: 503, body: {} });
  desk.clock.sleepMachine(120_000);
  await desk.clock.advance(5_000);
  await until(() => desk.client.status.lastError !== undefined);
  // The first attempt failed, and the old socket proves that it is alive.
  expect(desk.client.status).toMatchObject({ state: "connected", downSinceMs: undefined });
  old.send(frame({ id: "f1", data: robotMessage("alive") }));
  await until(() => desk.inbound.length === 1);
  await desk.clock.advance(1_000);
  await desk.socket(1);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 1, gaps: [] });
  await desk.clock.advance(10_000);
  await until(() => old.closed.code === 1000);
});

test("closes a socket that errors and does not close", async () => {
  await using desk = await openStreamDesk();
  const broken = await desk.socket(0);
  broken.socket.pause();
  // A frame with reserved bits: a middlebox speaks something else.
  broken.sendRaw(Uint8Array.of(0xff, 0x01, 0x00));
  await desk.retrying(1);
  expect(desk.warnings()[0]?.message).toMatch(
    /^Lost the connection to DingTalk: connection lost: code 1006, /,
  );
  await desk.clock.advance(1_000);
  await desk.socket(1);
  broken.socket.terminate();
});

test("takes a large message that arrives slowly for life", async () => {
  await using desk = await openStreamDesk();
  const slow = await desk.socket(0);
  // Nothing is read there, so no ping is answered.
  slow.socket.pause();
  const payload = Buffer.from(JSON.stringify(frame({ data: robotMessage("x".repeat(10_000), "msg-large") })));
  const header = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  slow.sendRaw(header);
  const parts = 12;
  const size = Math.ceil(payload.length / parts);
  for (let part = 0; part < parts; part += 1) {
    const before = desk.client.status.lastReceivedAtMs ?? 0;
    await desk.clock.advance(5_000);
    slow.sendRaw(payload.subarray(part * size, (part + 1) * size));
    await until(() => (desk.client.status.lastReceivedAtMs ?? 0) > before);
  }
  await until(() => desk.inbound.length === 1);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 0 });
  slow.socket.terminate();
});

test("leaves the closing of the old connection to DingTalk when that is quicker", async () => {
  await using desk = await openStreamDesk();
  const old = await desk.socket(0);
  old.send(disconnect);
  await desk.socket(1);
  old.socket.close(1001);
  await until(() => old.closed.code !== undefined);
  await desk.clock.advance(20_000);
  expect(desk.gateway.sockets).toHaveLength(2);
  expect(desk.client.status.state).toBe("connected");
});

test("slows down when connections are rotated away as soon as they stand", async () => {
  await using desk = await openStreamDesk();
  (await desk.socket(0)).send(disconnect);
  (await desk.socket(1)).send(disconnect);
  const rotations = (): number =>
    desk.log.lines.filter(({ message }) => message.includes("asks for a new")).length;
  await until(() => rotations() === 2);
  expect(desk.gateway.opens).toHaveLength(2);
  await desk.clock.advance(2_000);
  await desk.socket(2);
});

test("comes back after a lost connection with a new ticket, at the seeds' delays [S2-52 S2-56]", async () => {
  await using desk = await openStreamDesk();
  (await desk.socket(0)).socket.terminate();
  await desk.retrying(1);
  await desk.clock.advance(999);
  expect(desk.gateway.opens).toHaveLength(1);
  await desk.clock.advance(1);
  const second = await desk.socket(1);
  expect(second.ticket).toBe("ticket-2");
  expect(desk.client.status.reconnects).toBe(1);
  second.socket.terminate();
  await desk.retrying(2);
  await desk.clock.advance(2_000);
  const third = await desk.socket(2);
  await desk.clock.advance(60_000 - 40_000);
  third.send(frame({ id: "f1", data: robotMessage("here") }));
  await until(() => desk.inbound.length === 1);
});

test("starts from the first delay again after a stable minute", async () => {
  await using desk = await openStreamDesk();
  (await desk.socket(0)).socket.terminate();
  await desk.retrying(1);
  await desk.clock.advance(1_000);
  const second = await desk.socket(1);
  let pongs = 0;
  for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 10_000) {
    await desk.clock.advance(10_000);
    pongs += 1;
    second.send(frame({ type: "SYSTEM", topic: "ping", id: `p${pongs}`, data: "{}" }));
    await until(() => second.received.length === pongs);
  }
  second.socket.terminate();
  await desk.retrying(1);
});

test("alerts once after so many failures, goes on for ever, and takes the alert back [S2-51 S2-53 S2-55]", async () => {
  await using desk = await openStreamDesk({
    stream: { maxConnectionAttempts: 3, initialReconnectDelayMs: 100, maxReconnectDelayMs: 5_000 },
    prepare(gateway) {
      for (let index = 0; index < 6; index += 1) gateway.answers.push({ status: 503, body: {} });
    },
  });
  const delays = [100, 200, 5_000, 5_000, 5_000, 5_000];
  for (const [index, delayMs] of delays.entries()) {
    await desk.retrying(index + 1);
    expect(desk.client.status.alert === undefined).toBe(index < 2);
    await desk.clock.advance(delayMs);
  }
  expect(desk.log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  expect(desk.statuses.some(({ alert }) => alert?.includes("after 3 attempts in a row") === true)).toBe(true);
  await desk.socket(0);
  expect(desk.client.status.alert).toBeUndefined();
});

test("replaces a socket on which nothing arrives any more", async () => {
  await using desk = await openStreamDesk();
  const dead = await desk.socket(0);
  dead.socket.pause();
  await desk.clock.advance(25_000);
  await desk.retrying(1);
  expect(desk.warnings()[0]?.message).toContain("nothing received");
  await desk.clock.advance(1_000);
  await desk.socket(1);
  dead.socket.terminate();
});

test("keeps a socket that answers its pings, and tells the observer", async () => {
  await using desk = await openStreamDesk();
  const { socket } = await desk.socket(0);
  let pings = 0;
  socket.on("ping", () => (pings += 1));
  for (let round = 1; round <= 6; round += 1) {
    const before = desk.client.status.lastReceivedAtMs ?? 0;
    await desk.clock.advance(10_000);
    await until(() => pings === round && (desk.client.status.lastReceivedAtMs ?? 0) > before);
  }
  expect(desk.client.status.state).toBe("connected");
  expect(desk.gateway.opens).toHaveLength(1);
  expect(desk.statuses.filter(({ state }) => state === "connected").length).toBeGreaterThan(3);
});

test("says goodbye with a close frame and ends the loop when it is disposed", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  await desk.client[Symbol.asyncDispose]();
  await desk.client[Symbol.asyncDispose]();
  await desk.ended;
  await until(() => socket.closed.code !== undefined);
  expect(socket.closed.code).toBe(1000);
  expect(desk.client.status.state).toBe("closed");
});

test("can be disposed in the middle of an open", async () => {
  await using desk = await openStreamDesk({ prepare: (gateway) => void gateway.answers.push("silence") });
  await until(() => desk.gateway.opens.length === 1);
  await desk.client[Symbol.asyncDispose]();
  await desk.ended;
  expect(desk.warnings()).toEqual([]);
});

test("can be disposed in the middle of a retry's delay", async () => {
  await using desk = await openStreamDesk({
    prepare: (gateway) => void gateway.answers.push({ status: 503, body: {} }),
  });
  await desk.retrying(1);
  await desk.client[Symbol.asyncDispose]();
  expect(desk.client.status.state).toBe("closed");
});

test("can be disposed while a rotated connection still drains", async () => {
  await using desk = await openStreamDesk();
  const old = await desk.socket(0);
  old.send(disconnect);
  const fresh = await desk.socket(1);
  await desk.client[Symbol.asyncDispose]();
  await until(() => old.closed.code !== undefined && fresh.closed.code !== undefined);
  expect([old.closed.code, fresh.closed.code]).toEqual([1000, 1000]);
});

test("cuts a peer that does not say goodbye after two seconds", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  socket.socket.pause();
  const disposed = desk.client[Symbol.asyncDispose]();
  await desk.clock.advance(2_000);
  await disposed;
  expect(desk.client.status.state).toBe("closed");
  socket.socket.terminate();
});

test("closes when the consumer leaves its loop", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  await using net = createNet();
  const options = { clientId: "a", clientSecret: "b", endpoints: { api: desk.gateway.api } };
  const other = createStreamClient(options, { net });
  const loop = (async (): Promise<void> => {
    for await (const inbound of other) {
      inbound.ack();
      break;
    }
  })();
  await until(() => desk.gateway.sockets.length === 2);
  desk.gateway.sockets[1]?.send(frame({ id: "f1", data: robotMessage("only one") }));
  await loop;
  expect(other.status.state).toBe("closed");
  await until(() => desk.gateway.sockets[1]?.closed.code === 1000);
  expect(desk.gateway.sockets[1]?.received).toHaveLength(1);
  expect(socket.closed.code).toBeUndefined();
});

test("has one consumer", async () => {
  await using desk = await openStreamDesk();
  await desk.socket(0);
  expect(() => desk.client[Symbol.asyncIterator]()).toThrow(ConfigError);
});

test("is inert until it is iterated", async () => {
  await using net = createNet();
  const client = createStreamClient({ clientId: "a", clientSecret: "b" }, { net });
  expect(client.status.state).toBe("connecting");
  await client[Symbol.asyncDispose]();
  expect(client.status.state).toBe("closed");
  const iterator = client[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test("loses nothing and keeps the order when the consumer is slow", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  await using net = createNet();
  const options = { clientId: "a", clientSecret: "b", endpoints: { api: desk.gateway.api } };
  await using slow = createStreamClient(options, { net });
  const iterator = slow[Symbol.asyncIterator]();
  const first = iterator.next();
  await until(() => desk.gateway.sockets.length === 2);
  const total = 5_000;
  for (let index = 0; index < total; index += 1) {
    desk.gateway.sockets[1]?.send(
      frame({ id: `f${index}`, data: robotMessage("x".repeat(2_000), `msg-${index}`) }),
    );
  }
  const ids: string[] = [(await first).value?.frameId ?? ""];
  while (ids.length < total) ids.push((await iterator.next()).value?.frameId ?? "");
  expect(ids).toEqual(Array.from({ length: total }, (_item, index) => `f${index}`));
  expect(socket.closed.code).toBeUndefined();
});

test("does not fall over an observer that throws", async () => {
  await using desk = await openStreamDesk({
    stream: {
      onStatus() {
        throw new Error("observer fault");
      },
    },
  });
  await desk.socket(0);
  expect(desk.log.lines.some(({ message }) => message === "onStatus threw")).toBe(true);
});
