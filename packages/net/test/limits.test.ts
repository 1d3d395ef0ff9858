import type { LookupAddress } from "node:dns";
import type { ServerResponse } from "node:http";
import type { LookupFunction } from "node:net";

import { ConfigError } from "@dingtalk-kit/protocol";
import type { Clock } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createDialer } from "../src/dial.ts";
import { createNet } from "../src/index.ts";
import type { NetOptions } from "../src/index.ts";
import { resolveNetOptions } from "../src/options.ts";
import { everyMessage, failureOf } from "./failure-of.ts";
import { closedPort, openHttpServer, openSilentServer, sendJson, until } from "./http-server.ts";

const ignore = { onMessage: (): void => undefined };

function resolvingTo(addresses: LookupAddress[], then: () => void = () => undefined): LookupFunction {
  return (_hostname, _options, callback) => {
    queueMicrotask(() => {
      callback(null, addresses);
      then();
    });
  };
}

const limits: NetOptions = {
  dnsTimeoutMs: 100,
  tcpTimeoutMs: 200,
  tlsTimeoutMs: 300,
  connectTimeoutMs: 1_000,
};

test("limits the name lookup", async () => {
  const clock = createManualClock();
  using dialer = createDialer({ clock, options: resolveNetOptions(limits), lookup: () => undefined });
  const failed = failureOf(dialer.dial({ host: "api.dingtalk.com", port: 443, secure: true }));
  await clock.advance(100);
  const error = await failed;
  expect(error).toMatchObject({ name: "TimeoutError", timeoutMs: 100, stage: "dns" });
  expect(String(error)).toContain("no address for api.dingtalk.com:443 within 100 ms (dns)");
  expect(clock.pending).toBe(0);
});

test("limits the TCP connect", async () => {
  const manual = createManualClock();
  const due = new Map<number, () => void>();
  const clock: Clock = {
    ...manual,
    after(delayMs, run) {
      due.set(delayMs, run);
      return { [Symbol.dispose]: () => void due.delete(delayMs) };
    },
  };
  // The addresses are there, and no connection can be yet.
  const lookup = resolvingTo([{ address: "127.0.0.1", family: 4 }], () => due.get(200)?.());
  await using server = await openSilentServer();
  using dialer = createDialer({ clock, options: resolveNetOptions(limits), lookup });
  const error = await failureOf(dialer.dial({ host: "api.dingtalk.com", port: server.port, secure: true }));
  expect(error).toMatchObject({ name: "TimeoutError", timeoutMs: 200, stage: "tcp" });
  expect(String(error)).toMatch(/no connection to api\.dingtalk\.com:\d+ within 200 ms \(tcp\)/);
  expect(due.size).toBe(0);
  await until(() => server.connections() === 0);
});

test("limits the TLS handshake, for calls and WebSockets", async () => {
  await using server = await openSilentServer();
  const clock = createManualClock();
  await using net = createNet(limits, { clock });
  const failures = [
    failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${server.port}/` })),
    failureOf(net.openWebSocket(`wss://127.0.0.1:${server.port}/`, ignore)),
  ];
  await until(() => server.connections() === 2);
  // The client counts from its own side of the connect.
  while (clock.pending > 0) await clock.advance(300);
  const [call, socket] = await Promise.all(failures);
  expect(call).toMatchObject({ name: "TimeoutError", timeoutMs: 300, stage: "tls" });
  expect(String(call)).toContain(`no TLS handshake with 127.0.0.1:${server.port} within 300 ms (tls)`);
  expect(socket).toMatchObject({ stage: "connect.websocket", cause: { timeoutMs: 300, stage: "tls" } });
  await until(() => server.connections() === 0);
});

test("limits the whole attempt, and says how far it came", async () => {
  await using server = await openSilentServer();
  const clock = createManualClock();
  const options = { ...limits, tlsTimeoutMs: 5_000 };
  await using net = createNet(options, { clock });
  const failed = failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${server.port}/` }));
  await until(() => server.connections() === 1);
  await clock.advance(1_000);
  const error = await failed;
  expect(error).toMatchObject({ name: "TimeoutError", timeoutMs: 1_000 });
  expect(String(error)).toMatch(/no connection to 127\.0\.0\.1:\d+ within 1000 ms \((tcp|tls)\)/);
});

test("limits the wait for the headers, for calls and upgrades", async () => {
  let asked = 0;
  await using server = await openSilentServer(() => void (asked += 1));
  const clock = createManualClock();
  await using net = createNet({ headersTimeoutMs: 400 }, { clock });
  const failures = [
    failureOf(net.request({ method: "GET", url: `${server.url}/x?access_token=secret` })),
    failureOf(net.openWebSocket(`ws://127.0.0.1:${server.port}/?ticket=secret`, ignore)),
  ];
  await until(() => asked === 2);
  await clock.advance(400);
  const [call, socket] = await Promise.all(failures);
  expect(call).toMatchObject({ name: "TimeoutError", timeoutMs: 400, stage: "http" });
  expect(String(call)).toContain(
    `GET 127.0.0.1:${server.port}/x got no headers of an answer within 400 ms (http)`,
  );
  expect(String(socket)).toContain("did not answer the WebSocket upgrade within 400 ms (http)");
  expect(everyMessage(call) + everyMessage(socket)).not.toContain("secret");
  await until(() => server.connections() === 0);
  expect(clock.pending).toBe(0);
});

test("limits each silence within the body, not a body that goes on", async () => {
  const responses: ServerResponse[] = [];
  await using server = await openHttpServer((_request, response) => {
    response.writeHead(200).write("{");
    responses.push(response);
  });
  const manual = createManualClock();
  let silences = 0;
  const clock: Clock = {
    ...manual,
    after(delayMs, run) {
      if (delayMs === 500) silences += 1;
      return manual.after(delayMs, run);
    },
  };
  await using net = createNet({ bodyTimeoutMs: 500 }, { clock });
  const failed = failureOf(net.request({ method: "GET", url: server.url }));
  // One silence after the headers, one after each piece of the body.
  await until(() => silences === 2);
  for (const pass of [1, 2, 3]) {
    await manual.advance(400);
    responses[0]?.write(" ");
    await until(() => silences === 2 + pass);
  }
  await manual.advance(500);
  const error = await failed;
  expect(error).toMatchObject({ name: "TimeoutError", timeoutMs: 500, stage: "http" });
  expect(String(error)).toContain("got no more of the answer's body within 500 ms (http)");
  await until(() => server.connections() === 0);
  expect(manual.pending).toBe(0);
});

test("says how far a call came when its own limit passes", async () => {
  let asked = 0;
  await using server = await openHttpServer(() => void (asked += 1));
  const clock = createManualClock();
  await using net = createNet({ timeoutMs: 600 }, { clock });
  const failed = failureOf(net.request({ method: "GET", url: server.url }));
  await until(() => asked === 1);
  await clock.advance(600);
  expect(String(await failed)).toContain("got no answer within 600 ms (http, waiting for the headers)");
});

test("gives the reason of every address that failed", async () => {
  const port = await closedPort();
  const lookup = resolvingTo([
    { address: "127.0.0.1", family: 4 },
    { address: "127.0.0.2", family: 4 },
    { address: "::1", family: 6 },
  ]);
  const clock = createManualClock();
  using dialer = createDialer({ clock, options: resolveNetOptions({}), lookup });
  const error = await failureOf(dialer.dial({ host: "api.dingtalk.com", port, secure: true }));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "tcp" });
  for (const address of ["127.0.0.1", "127.0.0.2", "::1"]) {
    expect(String(error)).toMatch(new RegExp(`connect E[A-Z]+ ${address}:${port}`));
  }
  expect(clock.pending).toBe(0);
});

test("asks for addresses of the wanted family only", async () => {
  const families: (number | string | undefined)[] = [];
  const lookup: LookupFunction = (_hostname, options, callback) => {
    families.push(options.family);
    queueMicrotask(() => callback(Object.assign(new Error("no such address"), { code: "ENOTFOUND" }), []));
  };
  for (const ipFamily of [undefined, "auto", 4, 6] as const) {
    using dialer = createDialer({
      clock: createManualClock(),
      options: resolveNetOptions({ ipFamily }),
      lookup,
    });
    const error = await failureOf(dialer.dial({ host: "api.dingtalk.com", port: 443, secure: true }));
    expect(error).toMatchObject({ stage: "dns" });
    expect(String(error)).toContain("no such address (ENOTFOUND)");
  }
  expect(families).toEqual([0, 0, 4, 6]);
});

test("reaches a server that listens on one family over that family", async () => {
  await using server = await openHttpServer((_request, response) => sendJson(response, 200, {}));
  const url = `http://localhost:${server.port}/`;
  await using v4 = createNet({ ipFamily: 4 });
  expect((await v4.request({ method: "GET", url })).status).toBe(200);
  await using v6 = createNet({ ipFamily: 6 });
  const error = await failureOf(v6.request({ method: "GET", url }));
  // Where the machine has no IPv6, the name has no such address.
  expect(error).toMatchObject({ name: "ConnectionError" });
  expect(String(error)).not.toContain("127.0.0.1");
});

test("refuses limits and families that make no sense", () => {
  for (const name of [
    "dnsTimeoutMs",
    "tcpTimeoutMs",
    "tlsTimeoutMs",
    "proxyTimeoutMs",
    "headersTimeoutMs",
    "bodyTimeoutMs",
  ]) {
    expect(() => createNet({ [name]: 0 })).toThrow(ConfigError);
    expect(() => createNet({ [name]: 0 })).toThrow(name);
  }
  const family: unknown = JSON.parse('{"ipFamily":5}');
  expect(() => createNet(Object.assign({}, family))).toThrow(/ipFamily/);
});
