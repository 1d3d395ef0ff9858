import { once } from "node:events";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { call } from "./call.ts";
import type { Answered } from "./call.ts";
import { ALL_TOPICS, openEndpoint, openPeer } from "./stream-peer.ts";

function register(
  simulator: Simulator,
  change: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { clientId, clientSecret } = simulator.app;
  const body = { clientId, clientSecret, subscriptions: ALL_TOPICS, ...change };
  return call(`${simulator.url}/v1.0/gateway/connections/open`, body, { headers });
}

/** The HTTP status with which a handshake is refused, or `open`. */
async function handshake(url: string): Promise<number | "open"> {
  const socket = new WebSocket(url);
  const refused = new Promise<number>((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
  });
  const result = await Promise.race([once(socket, "open").then(() => "open" as const), refused]);
  socket.on("error", () => undefined);
  socket.terminate();
  return result;
}

test("gives an endpoint and a ticket that opens exactly one socket", async () => {
  await using simulator = await openSimulator();
  const url = await openEndpoint(simulator);
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/connect\?ticket=[0-9a-f-]{36}$/);
  expect(await handshake(url)).toBe("open");
  expect(await handshake(url)).toBe(401);
});

test("a ticket is good for 90 seconds", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const [early, late] = [await openEndpoint(simulator), await openEndpoint(simulator)];
  await clock.advance(89_999);
  expect(await handshake(early)).toBe("open");
  await clock.advance(1);
  expect(await handshake(late)).toBe(401);
});

test("refuses wrong credentials with 401 authFailed", async () => {
  await using simulator = await openSimulator();
  for (const change of [{ clientSecret: "wrong" }, { clientId: "nobody" }, { clientSecret: undefined }]) {
    const answer = await register(simulator, change);
    expect([answer.status, answer.at("code")]).toEqual([401, "authFailed"]);
  }
});

test("refuses missing, empty and unknown subscriptions with 400", async () => {
  await using simulator = await openSimulator();
  for (const subscriptions of [undefined, [], [{ type: "SYSTEM", topic: "*" }], [{ type: "EVENT" }], ["*"]]) {
    expect((await register(simulator, { subscriptions })).status).toBe(400);
  }
});

test.for([{ published: false }, { mode: "http" as const }])(
  "refuses an app that cannot use Stream mode with 400: %o",
  async (app) => {
    await using simulator = await openSimulator({ app });
    expect((await register(simulator)).status).toBe(400);
  },
);

test("answers in XML unless the client accepts JSON, or the option says otherwise", async () => {
  await using strict = await openSimulator();
  const xml = await register(strict, {}, { accept: "*/*" });
  expect(xml.text).toMatch(/^<\?xml .*<ticket>[0-9a-f-]{36}<\/ticket>/);
  await using lenient = await openSimulator({ requireAcceptHeader: false });
  expect((await register(lenient, {}, { accept: "*/*" })).at("ticket")).toBeTypeOf("string");
});

test("returns the address that the options give", async () => {
  await using simulator = await openSimulator({ websocketUrl: "wss://example.test:443/connect" });
  expect((await register(simulator)).at("endpoint")).toBe("wss://example.test:443/connect");
});

test("admits no more connections of one app than the limit", async () => {
  await using simulator = await openSimulator({ maxConnections: 2 });
  await using first = await openPeer(simulator);
  await using second = await openPeer(simulator);
  expect(await handshake(await openEndpoint(simulator))).toBe(403);
  expect(simulator.connections()).toHaveLength(2);
  expect([first.waiting, second.waiting]).toEqual([0, 0]);
});

test("an unknown socket path is refused", async () => {
  await using simulator = await openSimulator();
  const url = (await openEndpoint(simulator)).replace("/connect", "/elsewhere");
  expect(await handshake(url)).toBe(404);
});
