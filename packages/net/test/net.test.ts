import type { IncomingMessage, ServerResponse } from "node:http";

import {
  ApiError,
  ClosedError,
  ConfigError,
  ConnectionError,
  DecodeError,
  TimeoutError,
} from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { failureOf } from "./failure-of.ts";
import { closedPort, openHttpServer, openSilentServer, readBody, sendJson, until } from "./http-server.ts";

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { accept, "content-type": contentType, "x-extra": extra } = request.headers;
  const body: unknown = JSON.parse(await readBody(request));
  sendJson(response, 403, { method: request.method, accept, contentType, extra, body });
}

test("sends JSON and reads a JSON answer of any status", async () => {
  await using server = await openHttpServer((request, response) => void echo(request, response));
  await using net = createNet();
  const response = await net.request({
    method: "PUT",
    url: `${server.url}/v1.0/card`,
    json: { a: "卡片" },
    headers: { "x-extra": "1" },
  });
  expect(response.status).toBe(403);
  expect(response.headers["content-type"]).toBe("application/json");
  expect(response.json()).toEqual({
    method: "PUT",
    accept: "application/json",
    contentType: "application/json",
    extra: "1",
    body: { a: "卡片" },
  });
});

test("keeps connections for calls that follow each other", async () => {
  await using server = await openHttpServer((_request, response) => sendJson(response, 200, {}));
  await using net = createNet();
  for (let call = 0; call < 5; call += 1) await net.request({ method: "GET", url: server.url });
  // undici frees a connection one turn of the event loop after the answer.
  expect(server.connections()).toBeLessThanOrEqual(2);
});

test("names the address and the phase of a refused connection", async () => {
  const port = await closedPort();
  await using net = createNet();
  const error = await failureOf(net.request({ method: "GET", url: `http://127.0.0.1:${port}/` }));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ stage: "tcp", retryable: true });
  expect(String(error)).toContain(`127.0.0.1:${port}`);
  expect(String(error)).toContain("ECONNREFUSED");
});

test("gives the reason of each address when several were tried", async () => {
  const port = await closedPort();
  await using net = createNet();
  const error = await failureOf(net.request({ method: "GET", url: `http://localhost:${port}/` }));
  expect(error).toMatchObject({ stage: "tcp" });
  expect(String(error)).toMatch(/ECONNREFUSED (127\.0\.0\.1|::1)/);
});

test("tells a name that does not exist from a host that does not answer", async () => {
  await using net = createNet();
  const error = await failureOf(net.request({ method: "GET", url: "https://name.invalid/" }));
  // A resolver that is slow to say no ends in a time limit, of the same stage.
  expect(error).toMatchObject({ stage: "dns", retryable: true });
});

test("tells a failed TLS handshake", async () => {
  await using server = await openSilentServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await using net = createNet();
  const error = await failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${server.port}/` }));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "tls" });
});

test("keeps the phase in the cause when the caller names the stage", async () => {
  const port = await closedPort();
  await using net = createNet();
  const request = { method: "POST", url: `http://127.0.0.1:${port}/`, stage: "connect.open" } as const;
  const error = await failureOf(net.request(request));
  expect(error).toMatchObject({ stage: "connect.open", cause: { stage: "tcp" } });
});

test("ends a call that gets no answer at its time limit", async () => {
  await using server = await openHttpServer(() => undefined);
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const failed = failureOf(net.request({ method: "GET", url: `${server.url}/slow?access_token=secret` }));
  await until(() => server.connections() === 1);
  await clock.advance(10_000);
  const error = await failed;
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toMatchObject({ timeoutMs: 10_000, stage: "http" });
  expect(String(error)).not.toContain("secret");
  expect(clock.pending).toBe(0);
});

test("counts the body into the time limit", async () => {
  await using server = await openHttpServer((_request, response) => {
    response.writeHead(200).write("{");
  });
  const clock = createManualClock();
  await using net = createNet({ timeoutMs: 500 }, { clock });
  const failed = failureOf(net.request({ method: "GET", url: server.url }));
  await until(() => server.connections() === 1);
  await clock.advance(500);
  expect(await failed).toMatchObject({ name: "TimeoutError", timeoutMs: 500 });
});

test("says in which phase the time ran out", async () => {
  await using server = await openSilentServer();
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const failed = failureOf(
    net.request({ method: "GET", url: `https://127.0.0.1:${server.port}/`, timeoutMs: 700 }),
  );
  await until(() => server.connections() === 1);
  await clock.advance(700);
  expect(await failed).toMatchObject({ name: "TimeoutError", stage: "tls" });
  await net[Symbol.asyncDispose]();
  expect(clock.pending).toBe(0);
});

test("throws the reason of the caller's signal", async () => {
  await using server = await openHttpServer(() => undefined);
  await using net = createNet();
  const reason = new Error("changed my mind");
  const controller = new AbortController();
  const failed = failureOf(net.request({ method: "GET", url: server.url, signal: controller.signal }));
  await until(() => server.connections() === 1);
  controller.abort(reason);
  expect(await failed).toBe(reason);
});

test("reports a connection that is cut before the answer", async () => {
  await using server = await openHttpServer((request) => request.socket.destroy());
  await using net = createNet();
  const error = await failureOf(net.request({ method: "GET", url: server.url }));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "http" });
});

test("refuses an answer that is larger than its limit", async () => {
  await using server = await openHttpServer((_request, response) => response.end("x".repeat(2_000)));
  await using net = createNet({ maxBodyBytes: 1_000 });
  const error = await failureOf(net.request({ method: "GET", url: server.url }));
  expect(error).toBeInstanceOf(DecodeError);
  expect(String(error)).toContain("more than 1000 bytes");
});

test("calls an HTML answer by its name, with the status and a redacted sample", async () => {
  const page = `<html><body>The plain HTTP request was sent to HTTPS port access_token=abcdef0123456789</body></html>`;
  await using server = await openHttpServer((request, response) =>
    response.writeHead(request.url === "/bad" ? 400 : 200, { "content-type": "text/html" }).end(page),
  );
  await using net = createNet();
  const bad = await net.request({ method: "GET", url: `${server.url}/bad` });
  expect(() => bad.json()).toThrow(ApiError);
  expect(() => bad.json()).toThrow(
    /HTTP 400, not JSON \(HTML\?\).*plain HTTP request was sent to HTTPS port/,
  );
  expect(() => bad.json()).not.toThrow(/abcdef0123456789/);
  const good = await net.request({ method: "GET", url: `${server.url}/good` });
  expect(() => good.json()).toThrow(DecodeError);
});

test("closes every connection and ends every call when it is disposed", async () => {
  await using server = await openHttpServer((request, response) => {
    if (request.url === "/done") sendJson(response, 200, {});
  });
  const net = createNet();
  await net.request({ method: "GET", url: `${server.url}/done` });
  const failed = failureOf(net.request({ method: "GET", url: `${server.url}/never` }));
  await net[Symbol.asyncDispose]();
  await net[Symbol.asyncDispose]();
  expect(await failed).toBeInstanceOf(ClosedError);
  await until(() => server.connections() === 0);
  expect(await failureOf(net.request({ method: "GET", url: server.url }))).toBeInstanceOf(ClosedError);
});

test("drops a TLS handshake under way when it is disposed", async () => {
  await using server = await openSilentServer();
  const net = createNet();
  const failed = failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${server.port}/` }));
  await until(() => server.connections() === 1);
  await net[Symbol.asyncDispose]();
  expect(await failed).toBeInstanceOf(ClosedError);
  await until(() => server.connections() === 0);
});

test("refuses options that make no sense", () => {
  expect(() => createNet({ timeoutMs: 0 })).toThrow(ConfigError);
  expect(() => createNet({ maxBodyBytes: 1.5 })).toThrow(ConfigError);
});
