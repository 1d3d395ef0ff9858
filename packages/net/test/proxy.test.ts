import { ConnectionError } from "@dingtalk-kit/protocol";
import { beforeAll, expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { createAuthority } from "./certificates.ts";
import type { Authority, Identity } from "./certificates.ts";
import { echoed } from "./echoed.ts";
import { everyMessage, failureOf } from "./failure-of.ts";
import { closedPort, openSilentServer, until } from "./http-server.ts";
import { openPlatform } from "./platform.ts";
import { openTestProxy } from "./test-proxy.ts";

let authority: Authority;
let dingtalk: Identity;

beforeAll(async () => {
  authority = await createAuthority("Test CA");
  dingtalk = await authority.issue("DNS:api.dingtalk.com", "DNS:wss-open-connection.dingtalk.com");
});

const REQUEST = { method: "GET", url: "https://api.dingtalk.com/v1.0/hello?access_token=secret" } as const;
const SOCKET = "wss://wss-open-connection.dingtalk.com:443/connect?ticket=secret";

test("reaches DingTalk's real names through a proxy with credentials, calls and WebSockets alike", async () => {
  await using platform = await openPlatform(dingtalk);
  await using proxy = await openTestProxy({ leadsTo: platform.port });
  const environment = { HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}` };
  await using net = createNet({ environment, ca: authority.cert });
  expect((await net.request(REQUEST)).json()).toEqual({ ok: true });
  // undici frees a connection one turn of the event loop after the answer.
  await new Promise((resolve) => setImmediate(resolve));
  expect((await net.request(REQUEST)).status).toBe(200);
  expect(await echoed(net, SOCKET)).toBe("echo: hello");
  const authorization = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  // The calls share one tunnel as they would share one connection; names are the proxy's to resolve.
  expect(proxy.requests).toEqual([
    { authority: "api.dingtalk.com:443", authorization },
    { authority: "wss-open-connection.dingtalk.com:443", authorization },
  ]);
  expect(platform.arrived).toEqual([
    "GET /v1.0/hello?access_token=secret",
    "GET /v1.0/hello?access_token=secret",
    "UPGRADE /connect?ticket=secret",
  ]);
});

test("speaks TLS with a proxy whose URL is https, below the TLS with DingTalk", async () => {
  await using platform = await openPlatform(dingtalk);
  const identity = await authority.issue("DNS:localhost", "IP:127.0.0.1");
  await using proxy = await openTestProxy({ leadsTo: platform.port, identity });
  for (const host of ["127.0.0.1", "localhost"]) {
    await using net = createNet({
      proxy: `https://user:pass@${host}:${proxy.port}`,
      ca: [authority.cert],
      ipFamily: 4,
    });
    expect((await net.request(REQUEST)).json()).toEqual({ ok: true });
    expect(await echoed(net, SOCKET)).toBe("echo: hello");
  }
  expect(proxy.requests).toHaveLength(4);
});

test("tunnels plain HTTP too", async () => {
  await using platform = await openPlatform();
  await using proxy = await openTestProxy({ leadsTo: platform.port });
  await using net = createNet({ environment: { http_proxy: proxy.url } });
  expect((await net.request({ method: "GET", url: "http://plain.example/a" })).json()).toEqual({ ok: true });
  expect(await echoed(net, "ws://[fd00::1]:8080/b")).toBe("echo: hello");
  expect(proxy.requests.map((request) => request.authority)).toEqual(["plain.example:80", "[fd00::1]:8080"]);
});

test("goes around the proxy to loopback", async () => {
  await using platform = await openPlatform();
  await using proxy = await openTestProxy({ leadsTo: platform.port });
  await using net = createNet({ environment: { ALL_PROXY: proxy.url } });
  expect((await net.request({ method: "GET", url: platform.url })).status).toBe(200);
  expect(proxy.requests).toEqual([]);
});

test("names the proxy that refuses connections, under the stage proxy", async () => {
  const port = await closedPort();
  await using net = createNet({ proxy: `http://user:hunter2@127.0.0.1:${port}` });
  const error = await failureOf(net.request({ ...REQUEST, stage: "connect.open" }));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ stage: "connect.open", cause: { stage: "proxy" }, retryable: true });
  expect(String(error)).toContain(`could not connect to the proxy 127.0.0.1:${port} (proxy, tcp)`);
  expect(String(error)).toContain("ECONNREFUSED");
  expect(everyMessage(error)).not.toMatch(/hunter2|secret/);
  const socketError = await failureOf(net.openWebSocket(SOCKET, { onMessage: () => undefined }));
  expect(socketError).toMatchObject({ stage: "connect.websocket", cause: { stage: "proxy" } });
});

test("names the proxy whose name does not exist", async () => {
  await using net = createNet({ proxy: "http://proxy.invalid:3128" });
  const error = await failureOf(net.request(REQUEST));
  expect(error).toMatchObject({ stage: "proxy" });
  expect(String(error)).toMatch(/proxy\.invalid:3128.*\(proxy, dns\)/);
});

test("reports a tunnel that breaks: at once, within a call, and below a WebSocket", async () => {
  await using platform = await openPlatform(dingtalk);
  const proxy = await openTestProxy({ leadsTo: platform.port });
  await using net = createNet({ proxy: proxy.url, ca: authority.cert });
  const socket = await net.openWebSocket(SOCKET, { onMessage: () => undefined });
  await proxy[Symbol.asyncDispose]();
  expect(await socket.closed).toMatchObject({ code: 1006 });

  await using silent = await openSilentServer((client) => client.destroy());
  await using cutting = await openTestProxy({ leadsTo: silent.port });
  await using other = createNet({ proxy: cutting.url });
  const error = await failureOf(other.request(REQUEST));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "tls" });
  expect(String(error)).toContain(`api.dingtalk.com:443 through the proxy 127.0.0.1:${cutting.port} (tls)`);
});

test("lets go of the proxy when it is disposed, in the middle of everything", async () => {
  await using silent = await openSilentServer();
  await using mute = await openTestProxy({ answer: () => undefined });
  await using open = await openTestProxy({ leadsTo: silent.port });
  for (const proxy of [mute, open]) {
    const net = createNet({ proxy: proxy.url });
    const failures = [
      failureOf(net.request(REQUEST)),
      failureOf(net.openWebSocket(SOCKET, { onMessage: () => undefined })),
    ];
    await until(() => proxy.requests.length === 2);
    await net[Symbol.asyncDispose]();
    expect(await Promise.all(failures)).toMatchObject([{ name: "ClosedError" }, { name: "ClosedError" }]);
    await until(() => proxy.connections() === 0);
  }
  await until(() => silent.connections() === 0);
});
