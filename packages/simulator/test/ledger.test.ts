import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, dig, tokenOf } from "./call.ts";
import { cardCalls } from "./card-calls.ts";
import { openPeer } from "./stream-peer.ts";
import type { ReceivedFrame } from "./stream-peer.ts";

const reply = (frame: ReceivedFrame, content: string) =>
  call(String(dig(frame.data, "sessionWebhook")), { msgtype: "text", text: { content } });

async function sendDirect(simulator: Simulator, userId: string, content: string): Promise<void> {
  const msgParam = JSON.stringify({ content });
  const body = { robotCode: simulator.app.robotCode, userIds: [userId], msgKey: "sampleText", msgParam };
  await call(`${simulator.url}/v1.0/robot/oToMessages/batchSend`, body, { token: await tokenOf(simulator) });
}

test("tells what became of every message: deliveries, acks, answers", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  const lost = await simulator.say("nobody is there");
  await using peer = await openPeer(simulator);
  const said = await simulator.say({ text: "hi", from: "user02" });
  const frame = await peer.next();
  peer.ack(frame);
  await said.delivered;
  await reply(frame, "hello");
  expect(simulator.ledger()).toEqual([
    {
      messageId: lost.messageId,
      conversationId: lost.conversationId,
      clientId: simulator.app.clientId,
      from: "user01",
      text: "nobody is there",
      saidAtMs: clock.nowMs(),
      deliveries: [],
      acks: [],
      delivered: { acked: false, reason: "no-connection", attempts: 0 },
      answers: [],
      outcome: "lost",
    },
    {
      messageId: said.messageId,
      conversationId: said.conversationId,
      clientId: simulator.app.clientId,
      from: "user02",
      text: "hi",
      saidAtMs: clock.nowMs(),
      deliveries: [
        {
          atMs: clock.nowMs(),
          connectionId: simulator.connections()[0]?.connectionId,
          frameId: frame.frameId,
          copies: 1,
        },
      ],
      acks: [{ atMs: clock.nowMs(), frameId: frame.frameId, code: 200 }],
      delivered: expect.objectContaining({ acked: true }),
      answers: [expect.objectContaining({ kind: "message", route: "session-webhook", text: "hello" })],
      outcome: "answered-once",
    },
  ]);
  expect((await call(`${simulator.url}/_sim/ledger`)).body).toMatchObject([
    { outcome: "lost" },
    { outcome: "answered-once" },
  ]);
});

test("a session webhook answers its own message; anything else the oldest that waits", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  simulator.fault({ kind: "frame.drop", times: 1 });
  for (const text of ["dropped", "first", "second", "third"]) await simulator.say(text);
  const [, second] = [await peer.next(), await peer.next()];
  await reply(second, "to the second");
  await sendDirect(simulator, "user01", "to the first");
  await sendDirect(simulator, "user01", "to the third");
  await sendDirect(simulator, "user02", "out of the blue");
  const outcomes = () =>
    simulator.ledger().map(({ outcome, answers }) => [outcome, ...answers.map(({ text }) => text)]);
  expect(outcomes()).toEqual([
    ["lost"],
    ["answered-once", "to the first"],
    ["answered-once", "to the second"],
    ["answered-once", "to the third"],
  ]);
  await reply(second, "once more");
  expect(outcomes()[2]).toEqual(["answered-again", "to the second", "once more"]);
});

test("a test that knows better says which answer is one to which message", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  for (const text of ["#1", "#2"]) await simulator.say(text);
  await peer.next();
  await peer.next();
  await sendDirect(simulator, "user01", "answer to #2");
  const ledger = simulator.ledger((answer, message) => answer.text.endsWith(message.text));
  expect(ledger.map(({ outcome }) => outcome)).toEqual(["unanswered", "answered-once"]);
});

test("a card counts as an answer from its beginning, and is shown as it stands", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  await simulator.say("hi");
  await peer.next();
  const card = await cardCalls(simulator);
  await card.create();
  expect(simulator.ledger()).toMatchObject([
    { outcome: "answering", answers: [{ kind: "card", route: "card", state: "PROCESSING" }] },
  ]);
  await card.stream({ content: "done", isFinalize: true });
  expect(simulator.ledger()).toMatchObject([
    { outcome: "answered-once", answers: [{ state: "FINISHED", text: "done" }] },
  ]);
});
