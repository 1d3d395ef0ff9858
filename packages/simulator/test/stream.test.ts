import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { dig } from "./call.ts";
import { CARD_TOPIC, ROBOT_TOPIC, openPeer } from "./stream-peer.ts";

const ROBOT_ONLY = [{ type: "CALLBACK", topic: ROBOT_TOPIC }];

test("pushes to a connection of the app that subscribed to the topic, and to no other", async () => {
  await using simulator = await openSimulator({
    apps: [{ clientId: "dingother", clientSecret: "other-secret" }],
  });
  await using cards = await openPeer(simulator, [{ type: "CALLBACK", topic: CARD_TOPIC }]);
  await using robot = await openPeer(simulator, ROBOT_ONLY);
  await using other = await openPeer({ ...simulator, app: simulator.addApp(otherApp) }, ROBOT_ONLY);
  const said = await simulator.say("hi");
  robot.ack(await robot.next());
  expect(await said.delivered).toMatchObject({ acked: true });
  expect([cards.waiting, other.waiting]).toEqual([0, 0]);
});

const otherApp = { clientId: "dingother", clientSecret: "other-secret" };

test("draws the connection for each push from the seed", async () => {
  const texts = await route(1);
  expect(texts.length).toBeGreaterThan(4);
  expect(texts.length).toBeLessThan(16);
  expect(await route(1)).toEqual(texts);
  expect(await route(2)).not.toEqual(texts);
});

/** What of twenty messages the first of two connections gets. */
async function route(seed: number): Promise<readonly string[]> {
  await using simulator = await openSimulator({ seed });
  await using first = await openPeer(simulator, ROBOT_ONLY);
  await using second = await openPeer(simulator, ROBOT_ONLY);
  for (let i = 0; i < 20; i += 1) await simulator.say(String(i));
  await Promise.all([first.pong(), second.pong()]);
  const texts = [];
  while (first.waiting > 0) texts.push(String(dig((await first.next()).data, "text.content")));
  expect(texts.length + second.waiting).toBe(20);
  return texts;
}

test("sends its frame the way DingTalk does: string headers, string data", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  await simulator.say("hi");
  const frame = await peer.next();
  expect(frame.headers).toEqual({
    appId: simulator.app.clientId,
    connectionId: simulator.connections()[0]?.connectionId,
    contentType: "application/json",
    messageId: frame.frameId,
    time: expect.stringMatching(/^\d{13}$/),
    topic: ROBOT_TOPIC,
  });
});

test("pings every 30 seconds and cuts a socket that does not echo", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  await using peer = await openPeer(simulator);
  await clock.advance(30_000);
  const ping = await peer.next();
  expect([ping.type, ping.topic]).toEqual(["SYSTEM", "ping"]);
  await clock.advance(60_000);
  expect(await peer.closed).toBe(1006);
  expect(simulator.violations()).toEqual([expect.stringContaining("did not answer a ping")]);
});

test("an echo of another opaque value is a violation", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  await using peer = await openPeer(simulator);
  await clock.advance(30_000);
  peer.ack(await peer.next(), { opaque: "made up" });
  const said = await simulator.say("in order");
  peer.ack(await peer.next());
  await said.delivered;
  expect(simulator.violations()).toEqual([expect.stringContaining("opaque")]);
});

test("sends CONNECTED, REGISTERED and KEEPALIVE only when asked to", async () => {
  const clock = createManualClock();
  const systemFrames = { connected: true, registered: true, keepAliveMs: 20_000 };
  await using simulator = await openSimulator({ systemFrames }, { clock });
  await using peer = await openPeer(simulator);
  const topics = [(await peer.next()).topic, (await peer.next()).topic];
  await clock.advance(20_000);
  expect([...topics, (await peer.next()).topic]).toEqual(["CONNECTED", "REGISTERED", "KEEPALIVE"]);
});

test("after a disconnect frame it pushes nothing more there, takes late acks, and closes after 10 seconds", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  await using old = await openPeer(simulator);
  const before = await simulator.say("before");
  const pending = await old.next();
  simulator.disconnect("persistent connection is timeout");
  const frame = await old.next();
  expect([frame.topic, frame.data]).toEqual(["disconnect", { reason: "persistent connection is timeout" }]);
  expect(await (await simulator.say("to nobody")).delivered).toEqual({
    acked: false,
    reason: "no-connection",
    attempts: 0,
  });
  await using fresh = await openPeer(simulator);
  const after = await simulator.say("after");
  fresh.ack(await fresh.next());
  expect(await after.delivered).toMatchObject({ acked: true });
  old.ack(pending);
  expect(await before.delivered).toMatchObject({ acked: true });
  await clock.advance(10_000);
  expect(await old.closed).toBe(1000);
  expect(simulator.connections()).toHaveLength(1);
  expect(simulator.violations()).toEqual([]);
});

test("cuts sockets without a close frame", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  simulator.dropSockets();
  expect(await peer.closed).toBe(1006);
});

test.for([
  ["text that is no JSON", "nonsense", "not a JSON object"],
  ["a binary message", Buffer.from("{}"), "binary"],
  ["no messageId", '{"code":200,"headers":{},"data":"{}"}', "messageId"],
  ["a code in a string", '{"code":"200","headers":{"messageId":"x"},"data":"{}"}', "code is not an integer"],
  ["an object as data", '{"code":200,"headers":{"messageId":"x"},"data":{}}', "data is not a string"],
  ["a frame of somebody else", '{"code":200,"headers":{"messageId":"x"},"data":"{}"}', "not sent here"],
] as const)("notes what a client does wrong: %s", async ([, message, violation]) => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  peer.sendRaw(message);
  const said = await simulator.say("in order");
  peer.ack(await peer.next());
  await said.delivered;
  expect(simulator.violations()).toEqual([expect.stringContaining(violation)]);
});

test("a second answer to one frame is a violation", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  await simulator.say("hi");
  const frame = await peer.next();
  peer.ack(frame);
  peer.ack(frame);
  const said = await simulator.say("in order");
  peer.ack(await peer.next());
  await said.delivered;
  expect(simulator.violations()).toEqual([expect.stringContaining("twice")]);
});

test("sends anything that a test wants as it is", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const frame = { specVersion: "1.0", type: "NOVEL", headers: { topic: "t" }, data: "{}" };
  expect(simulator.send(frame)).toBe(1);
  expect(await peer.next()).toMatchObject({ type: "NOVEL", topic: "t" });
});
