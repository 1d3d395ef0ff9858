import { connect } from "node:net";
import { once } from "node:events";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import { createTestCa } from "dingtalk-simulator/testing";
import { expect, test } from "vitest";

import { call } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

const BAD: ReadonlyArray<readonly [string, object, string]> = [
  ["an unknown key", { prot: 1 }, "prot"],
  ["an unknown nested key", { redelivery: { cuont: 1 } }, "redelivery.cuont"],
  ["a negative time", { ticketTtlMs: -1 }, "ticketTtlMs"],
  ["half a millisecond", { redelivery: { delayMs: 0.5 } }, "redelivery.delayMs"],
  ["a port that is none", { port: 70_000 }, "port"],
  ["an address that others can reach", { host: "0.0.0.0" }, "loopback only"],
];

test.for(BAD)("refuses %s", async ([, options, message]) => {
  const opened = openSimulator(options);
  await expect(opened).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
  await expect(opened).rejects.toThrow(message);
});

test("says so when the port is taken", async () => {
  await using first = await openSimulator();
  const port = Number(new URL(first.url).port);
  await expect(openSimulator({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
});

test("takes credentials of its own", async () => {
  await using simulator = await openSimulator({
    app: { clientId: "dingmine", clientSecret: "s", robotCode: "r" },
  });
  expect(simulator.app).toMatchObject({ clientId: "dingmine", robotCode: "r", published: true });
});

test("disposing twice leaves no socket, no timer and no listener", async () => {
  const clock = createManualClock();
  const systemFrames = { keepAliveMs: 1_000 };
  const simulator = await openSimulator({ systemFrames, latencyMs: { "/slow": 1_000 } }, { clock });
  await using peer = await openPeer(simulator);
  const idle = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  await once(idle, "connect");
  const slow = expect(call(`${simulator.url}/slow`)).rejects.toThrow("fetch failed");
  await simulator.say("unanswered");
  const idleClosed = once(idle, "close");
  await Promise.all([simulator[Symbol.asyncDispose](), simulator[Symbol.asyncDispose]()]);
  await simulator[Symbol.asyncDispose]();
  expect(await peer.closed).toBe(1006);
  await idleClosed;
  await slow;
  expect(clock.pending).toBe(0);
  await expect(call(`${simulator.url}/gettoken`)).rejects.toThrow("fetch failed");
});

test("closes at once beside a client that never finishes its TLS handshake or its refused upgrade", async () => {
  await using ca = await createTestCa();
  const secure = await openSimulator({ tls: ca.tls });
  const silent = connect(Number(new URL(secure.url).port), "127.0.0.1");
  await once(silent, "connect");
  const silentClosed = once(silent, "close");
  await secure[Symbol.asyncDispose]();
  await silentClosed;

  const plain = await openSimulator();
  const stubborn = connect({ port: Number(new URL(plain.url).port), host: "127.0.0.1", allowHalfOpen: true });
  stubborn.write(
    "GET /connect?ticket=no HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  const [answer] = await once(stubborn, "data");
  expect(String(answer)).toContain("401 Unauthorized");
  await plain[Symbol.asyncDispose]();
  stubborn.destroy();
});
