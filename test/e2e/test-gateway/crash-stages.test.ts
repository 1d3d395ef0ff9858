import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SaidMessage, Simulator } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { openCrashStage, releasing, type CrashStage } from "../src/crash-stage.ts";
import { ANSWER_TIMEOUT_MS } from "../src/stage.ts";
import { allWell, printTally, tally } from "../src/tally.ts";

const SOON = { timeout: 60_000, interval: 5 };
const IN_TIME = { timeout: 240_000, interval: 200 };
const DELIVER = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";

const stateOf = (simulator: Simulator, { conversationId }: SaidMessage): string | undefined =>
  simulator.cards().find(({ conversationIds }) => conversationIds.includes(conversationId))?.state;

const deliveriesOf = (simulator: Simulator, { messageId }: SaidMessage): number =>
  simulator.ledger().find((entry) => entry.messageId === messageId)?.deliveries.length ?? 0;

/** One message at each stage of its way, then kill -9. */
async function dieAtEveryStage(stage: CrashStage, gateway: Gateway): Promise<Record<string, SaidMessage>> {
  const { simulator, model } = stage;
  const struck = (info: () => { readonly struck: number }): Promise<void> =>
    vi.waitFor(() => expect(info().struck).toBe(1), SOON);
  const held = (count: number): Promise<void> => vi.waitFor(() => expect(model.held).toBe(count), SOON);
  const finished = (message: SaidMessage): Promise<void> =>
    vi.waitFor(() => expect(stateOf(simulator, message)).toBe("FINISHED"), SOON);

  const answered = await simulator.say({ from: "answered", text: "hello" });
  await simulator.answer(answered, { timeoutMs: ANSWER_TIMEOUT_MS });

  const again = simulator.fault({ kind: "message.redeliver", delayMs: 300, times: 1 });
  const thrice = await simulator.say({ from: "thrice", text: "#hold thrice" });
  await vi.waitFor(() => expect(deliveriesOf(simulator, thrice)).toBe(2), SOON);
  again.lift();
  await held(1);

  const growing = await simulator.say({ from: "growing", text: "#hold growing" });
  await held(2);
  const ahead = await simulator.say({ from: "queue", text: "#hold ahead" });
  await held(3);
  const waiting = await simulator.say({ from: "queue", text: "waiting" });
  await waiting.delivered;
  const silent = await simulator.say({ from: "silent", text: "#wait silent" });
  await held(4);

  const ackLost = simulator.fault({ kind: "ack.drop", times: 1 });
  const unheard = await simulator.say({ from: "unheard", text: "#hold unheard" });
  await struck(() => ackLost.info());
  await held(5);

  const justBefore = await simulator.say({ from: "justbefore", text: "just before" });
  await finished(justBefore);
  const noReceipt = simulator.fault({
    kind: "call.hang",
    performed: true,
    where: { path: STREAM, holds: '"isFinalize":true' },
    times: 1,
  });
  const unsure = await simulator.say({ from: "unsure", text: "unsure whether it ended" });
  await struck(() => noReceipt.info());
  const noCarrier = simulator.fault({
    kind: "call.hang",
    performed: true,
    where: { path: DELIVER },
    times: 1,
  });
  const opening = await simulator.say({ from: "opening", text: "opening" });
  await struck(() => noCarrier.info());

  process.kill(gateway.pid, "SIGSTOP");
  const unread = await simulator.say({ from: "unread", text: "unread" });
  expect(simulator.ledger().at(-1)).toMatchObject({ deliveries: [{ copies: 1 }], acks: [] });
  await gateway.kill();
  return {
    "before the commit": unread,
    "between commit and ack": unheard,
    "waiting in its lane": waiting,
    "running ahead of it": ahead,
    "before the first word": silent,
    "card delivered, no answer": opening,
    "between two frames": growing,
    "finalized, no answer": unsure,
    "answered a moment ago": justBefore,
    "answered long ago": answered,
    "delivered three times": thrice,
  };
}

test("whatever stage kill -9 finds a message at, it ends with one whole answer, and so does the next", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold", redelivery: { count: 5, delayMs: 20_000 } } },
    { messageType: "card" },
  );
  const { simulator } = stage;
  const said = await dieAtEveryStage(stage, await stage.startConnected());
  const before = simulator.cards().map(({ outTrackId }) => outTrackId);
  await stage.startConnected();
  const messages = Object.values(said);
  const { messageId: msgId, from } = said["delivered three times"] ?? {};
  const repeat = await simulator.say({ from, text: "#hold thrice", raw: { msgId } });
  await releasing(stage, async () => {
    await vi.waitFor(() => expect(tally(simulator, messages)).toEqual(allWell(messages.length)), IN_TIME);
  }).finally(() => printTally("kill -9 at each stage", simulator, said));
  expect(await repeat.delivered).toMatchObject({ acked: true });
  expect(simulator.cards().map(({ outTrackId }) => outTrackId)).toEqual(expect.arrayContaining(before));

  // The host gives its notices, if it owes any, with the next turn of a session.
  const next: Record<string, SaidMessage> = {};
  for (const message of messages.filter((one) => one.from !== from))
    next[message.from] ??= await simulator.say({ from: message.from, text: "and now?" });
  const all = [...messages, ...Object.values(next)];
  await vi
    .waitFor(() => expect(tally(simulator, all)).toEqual(allWell(all.length)), IN_TIME)
    .finally(() => printTally("the next message of each person", simulator, next));
  expect(simulator.messages().filter(({ byRobot, kind }) => byRobot && kind === "message")).toEqual([]);
  expect(simulator.cards()).toHaveLength(all.length);
  expect(simulator.violations()).toEqual([]);
});
