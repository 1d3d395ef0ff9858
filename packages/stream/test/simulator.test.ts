import { createNet } from "@dingtalk-kit/net";
import type { Inbound } from "@dingtalk-kit/protocol";
import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { createStreamClient, probeStream } from "../src/index.ts";
import type { StreamClient, StreamOptions } from "../src/index.ts";
import { until } from "./gateway.ts";

interface Desk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly client: StreamClient;
  readonly inbound: Inbound[];
  readonly log: ReturnType<typeof createRecordingLogger>;
}

async function openDesk(options: SimulatorOptions = {}, stream: Partial<StreamOptions> = {}): Promise<Desk> {
  const simulator = await openSimulator(options);
  const net = createNet();
  const log = createRecordingLogger();
  const { clientId, clientSecret } = simulator.app;
  const settings = {
    clientId,
    clientSecret,
    endpoints: simulator.endpoints,
    initialReconnectDelayMs: 10,
    ...stream,
  };
  const client = createStreamClient(settings, { net }, { log });
  const inbound: Inbound[] = [];
  const consume = async (): Promise<void> => {
    for await (const item of client) {
      item.ack();
      inbound.push(item);
    }
  };
  const ended = consume();
  return {
    simulator,
    client,
    inbound,
    log,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await ended;
      await until(() => simulator.connections().length === 0);
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

const connected = ({ simulator }: Desk): Promise<void> => until(() => simulator.connections().length === 1);

test("receives what a person says and acknowledges it before anything else [S4-18]", async () => {
  await using desk = await openDesk({
    systemFrames: { connected: true, registered: true, keepAliveMs: 5 },
    pingIntervalMs: 5,
  });
  await connected(desk);
  const said = await desk.simulator.say("你好");
  expect(await said.delivered).toMatchObject({ acked: true, code: 200, attempts: 1 });
  expect(desk.inbound[0]?.body).toMatchObject({
    kind: "robot-message",
    message: {
      messageId: said.messageId,
      content: { kind: "text", text: "你好" },
      sender: { staffId: "user01" },
    },
  });
  const group = await desk.simulator.say({ text: "hi", conversation: "cidGroupAAAA==" });
  expect(await group.delivered).toMatchObject({ acked: true });
  expect(desk.simulator.violations()).toEqual([]);
});

test("misses nothing across a rotation", async () => {
  await using desk = await openDesk({ disconnectGraceMs: 50 });
  await connected(desk);
  desk.simulator.disconnect("connection is expired");
  await until(() => desk.simulator.connections().some(({ state }) => state === "live"));
  const said = await desk.simulator.say("after");
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 1 });
  await until(() => desk.simulator.connections().length === 1);
  expect(desk.client.status).toMatchObject({ state: "connected", reconnects: 1 });
  expect(desk.simulator.violations()).toEqual([]);
});

test("comes back when its sockets are cut", async () => {
  await using desk = await openDesk();
  await connected(desk);
  desk.simulator.dropSockets();
  await until(() => desk.client.status.reconnects === 1 && desk.simulator.connections().length === 1);
  const said = await desk.simulator.say("after");
  expect(await said.delivered).toMatchObject({ acked: true });
});

test("never gets past wrong credentials, and leaves the process alone", async () => {
  await using desk = await openDesk({}, { clientSecret: "wrong" });
  await until(() => desk.client.status.alert !== undefined);
  expect(desk.client.status).toMatchObject({
    state: "retrying",
    lastError: { code: "DINGTALK_AUTH", stage: "connect.open" },
  });
});

test("tells an app that is not published or not in Stream mode", async () => {
  await using desk = await openDesk({ app: { published: false } });
  await until(() => desk.client.status.lastError !== undefined);
  expect(desk.client.status.lastError).toMatchObject({ status: 400, stage: "connect.open" });
  expect(desk.client.status.lastError?.message).toContain("published version");
});

test("subscribes to events only when it probes, and opens no socket", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const good = await probeStream({ clientId, clientSecret, endpoints }, { net });
  expect(good).toEqual({ ok: true, endpoint: expect.stringMatching(/^ws:/) });
  const bad = await probeStream({ clientId, clientSecret: "wrong", endpoints }, { net });
  expect(bad).toMatchObject({
    ok: false,
    error: { code: "DINGTALK_AUTH", stage: "connect.open", status: 401 },
  });
  for (const call of simulator.calls("/v1.0/gateway/connections/open")) {
    expect(call.body).toMatchObject({ subscriptions: [{ type: "EVENT", topic: "*" }] });
  }
  expect(simulator.connections()).toEqual([]);
  expect(JSON.stringify(good)).not.toContain("ticket");
});

test("stops a probe when its signal fires", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const reason = new Error("changed my mind");
  const probe = probeStream(
    { clientId, clientSecret, endpoints: simulator.endpoints, signal: AbortSignal.abort(reason) },
    { net },
  );
  await expect(probe).rejects.toBe(reason);
});
