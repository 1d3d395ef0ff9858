import { createHash } from "node:crypto";
import http from "node:http";

import { ApiError, ClosedError, ConnectionError, TimeoutError } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { createNet } from "../src/index.ts";
import type { NetSocket } from "../src/index.ts";
import { failureOf } from "./failure-of.ts";
import { closedPort, listen, openHttpServer, openSilentServer, until } from "./http-server.ts";
import type { TestServer } from "./http-server.ts";

interface SocketServer extends AsyncDisposable {
  readonly url: string;
  readonly server: TestServer;
}

async function openSocketServer(onSocket: (socket: WebSocket) => void): Promise<SocketServer> {
  const httpServer = http.createServer();
  const sockets = new WebSocketServer({ server: httpServer });
  sockets.on("connection", (socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  const server = await listen(httpServer);
  return {
    url: `ws://127.0.0.1:${server.port}/connect?ticket=secret-ticket`,
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const ignore = { onMessage: (): void => undefined };

test("delivers a message that comes together with the handshake", async () => {
  await using server = await openSocketServer((socket) => socket.send("first"));
  await using net = createNet();
  const messages: string[] = [];
  await net.openWebSocket(server.url, { onMessage: (text) => messages.push(text) });
  await until(() => messages.length === 1);
  expect(messages).toEqual(["first"]);
});

test("can answer from within the message handler, before the opening has resolved", async () => {
  const answers: string[] = [];
  await using server = await openSocketServer((socket) => {
    socket.on("message", (data: Buffer) => answers.push(data.toString()));
    socket.send("ping 1");
  });
  await using net = createNet();
  await net.openWebSocket(server.url, { onMessage: (text, socket) => void socket.send(`re: ${text}`) });
  await until(() => answers.length === 1);
  expect(answers).toEqual(["re: ping 1"]);
});

test("keeps a thousand messages in order across a pause", async () => {
  await using server = await openSocketServer((socket) => {
    for (let index = 0; index < 1_000; index += 1) socket.send(String(index));
  });
  await using net = createNet();
  const messages: string[] = [];
  let owner: NetSocket | undefined;
  await net.openWebSocket(server.url, {
    onMessage(text, socket) {
      messages.push(text);
      owner = socket;
      if (messages.length === 10) {
        socket.pause();
        setImmediate(() => owner?.resume());
      }
    },
  });
  await until(() => messages.length === 1_000);
  expect(messages).toEqual(Array.from({ length: 1_000 }, (_item, index) => String(index)));
});

test("reports pings and pongs as received", async () => {
  await using server = await openSocketServer((socket) => socket.ping());
  await using net = createNet();
  let received = 0;
  const onReceived = (): void => void (received += 1);
  const socket = await net.openWebSocket(server.url, { ...ignore, onReceived });
  await until(() => received === 1);
  socket.ping();
  await until(() => received === 2);
});

test("names the HTTP status of a refused upgrade, and what the proxy said", async () => {
  await using server = await openHttpServer((_request, response) =>
    response.writeHead(403, { "content-type": "text/html" }).end("<h1>Blocked by policy</h1>"),
  );
  await using net = createNet();
  const error = await failureOf(
    net.openWebSocket(`ws://127.0.0.1:${server.port}/?ticket=secret-ticket`, ignore),
  );
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 403, stage: "connect.websocket" });
  expect(String(error)).toContain("Blocked by policy");
  expect(String(error)).not.toContain("secret-ticket");
  await until(() => server.connections() === 0);
});

test("names the phase of a socket that cannot be reached", async () => {
  const port = await closedPort();
  await using net = createNet();
  const error = await failureOf(net.openWebSocket(`ws://127.0.0.1:${port}/`, ignore));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ stage: "connect.websocket", cause: { stage: "tcp" } });
});

test("gives up a silent handshake at its time limit and leaves nothing behind", async () => {
  await using server = await openSilentServer();
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const failed = failureOf(
    net.openWebSocket(`ws://127.0.0.1:${server.port}/`, { ...ignore, handshakeTimeoutMs: 800 }),
  );
  await until(() => server.connections() === 1);
  await clock.advance(800);
  const error = await failed;
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toMatchObject({ timeoutMs: 800, stage: "connect.websocket" });
  await until(() => server.connections() === 0);
  expect(clock.pending).toBe(0);
});

test("stops an opening when its signal fires", async () => {
  await using server = await openSilentServer();
  await using net = createNet();
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const failed = failureOf(
    net.openWebSocket(`ws://127.0.0.1:${server.port}/`, { ...ignore, signal: controller.signal }),
  );
  await until(() => server.connections() === 1);
  controller.abort(reason);
  expect(await failed).toBe(reason);
  await until(() => server.connections() === 0);
});

test("refuses an address that is no WebSocket address, without showing it", async () => {
  await using net = createNet();
  const error = await failureOf(net.openWebSocket("https://host/?ticket=secret-ticket", ignore));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "connect.websocket" });
  expect(String(error)).not.toContain("secret-ticket");
});

test("closes with a close frame and waits for the peer's", async () => {
  const closes: number[] = [];
  await using server = await openSocketServer((socket) => socket.on("close", (code) => closes.push(code)));
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const socket = await net.openWebSocket(server.url, ignore);
  socket.pause();
  await socket.close(1000, "done", 2_000);
  expect(await socket.closed).toMatchObject({ code: 1000 });
  expect(socket.send("late")).toBe(false);
  await until(() => closes.length === 1);
  expect(closes).toEqual([1000]);
  expect(clock.pending).toBe(0);
});

test("cuts the connection when the peer does not say goodbye in time", async () => {
  const upgraded = http.createServer();
  upgraded.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  await using server = await listen(upgraded);
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const socket = await net.openWebSocket(`ws://127.0.0.1:${server.port}/`, ignore);
  const closing = socket.close(1000, "done", 2_000);
  await clock.advance(2_000);
  await closing;
  expect(await socket.closed).toMatchObject({ code: 1006 });
});

test("drops the socket when its owner's handler throws", async () => {
  await using server = await openSocketServer((socket) => socket.send("boom"));
  await using net = createNet();
  const failure = new Error("handler fault");
  const socket = await net.openWebSocket(server.url, {
    onMessage() {
      throw failure;
    },
  });
  expect(await socket.closed).toMatchObject({ code: 1006, error: failure });
});

test("closes a socket whose peer sends more than the limit", async () => {
  await using server = await openSocketServer((socket) => socket.send("x".repeat(2_000)));
  await using net = createNet();
  const socket = await net.openWebSocket(server.url, { ...ignore, maxMessageBytes: 1_000 });
  const closed = await socket.closed;
  expect(closed.error?.message).toContain("Max payload size exceeded");
});

test("closes every socket when it is disposed", async () => {
  await using server = await openSocketServer(() => undefined);
  const net = createNet();
  const socket = await net.openWebSocket(server.url, ignore);
  await net[Symbol.asyncDispose]();
  expect(await socket.closed).toMatchObject({ code: 1006 });
  expect(await failureOf(net.openWebSocket(server.url, ignore))).toBeInstanceOf(ClosedError);
  await until(() => server.server.connections() === 0);
});

test("rejects an opening under way when it is disposed", async () => {
  await using server = await openSilentServer();
  const net = createNet();
  const failed = failureOf(net.openWebSocket(`ws://127.0.0.1:${server.port}/`, ignore));
  await until(() => server.connections() === 1);
  await net[Symbol.asyncDispose]();
  expect(await failed).toBeInstanceOf(ClosedError);
});

test("tells a lost connection from a closed one", async () => {
  const peers: WebSocket[] = [];
  await using server = await openSocketServer((socket) => peers.push(socket));
  await using net = createNet();
  const first = await net.openWebSocket(server.url, ignore);
  peers.shift()?.terminate();
  expect(await first.closed).toMatchObject({ code: 1006 });
  const second = await net.openWebSocket(server.url, ignore);
  peers.shift()?.close(1001, "going away");
  expect(await second.closed).toMatchObject({ code: 1001, reason: "going away" });
});
