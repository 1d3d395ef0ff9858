import type { SaidMessage } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { endPolitely, openCrashStage, releasing } from "../src/crash-stage.ts";
import { ANSWER_TIMEOUT_MS } from "../src/stage.ts";
import { allWell, printTally, tally } from "../src/tally.ts";

const SOON = { timeout: 60_000, interval: 50 };
const IN_TIME = { timeout: 240_000, interval: 200 };
const RUNNING = 6;
/** So many agents run side by side; the other turns wait in a queue of the host, which drains as well. */
const AGENTS = 3;
const NOTICE = /restart|try again|send it again|再试|重新发送/i;

test("a polite restart under load: what runs is answered while it drains, what waits after it, and nobody has to repeat anything", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold", holdMs: 300_000 }, wordDelayMs: 40, concurrency: AGENTS },
    { messageType: "card" },
  );
  const { simulator, model } = stage;
  const gateway = await stage.startConnected();
  await simulator.answer(await simulator.say("hello"), { timeoutMs: ANSWER_TIMEOUT_MS });
  const running: Record<string, SaidMessage> = {};
  const waiting: Record<string, SaidMessage> = {};
  for (let i = 0; i < RUNNING; i += 1)
    running[`running ${i}`] = await simulator.say({ from: `p${i}`, text: "#hold on" });
  await vi.waitFor(() => expect(model.held).toBe(AGENTS), SOON);
  for (let i = 0; i < RUNNING; i += 1)
    waiting[`waiting ${i}`] = await simulator.say({ from: `p${i}`, text: `and then ${i}` });
  await Promise.all(Object.values(waiting).map(({ delivered }) => delivered));

  const from = gateway.log.lines.length;
  const ended = endPolitely(gateway);
  await gateway.log.find(/received SIGTERM/, { from });
  const late = { "said meanwhile": await simulator.say({ from: "late", text: "is anybody there?" }) };
  await releasing(stage, () => ended);
  const drained = tally(simulator, Object.values(running));
  expect(drained).toMatchObject({ doubled: 0 });
  expect(drained.answered).toBeGreaterThanOrEqual(AGENTS);

  await stage.startConnected();
  const said = { ...running, ...waiting, ...late };
  const messages = Object.values(said);
  await releasing(stage, () =>
    vi.waitFor(() => expect(tally(simulator, messages)).toEqual(allWell(messages.length)), IN_TIME),
  ).finally(() =>
    printTally("SIGTERM under load", simulator, said, { "answered while draining": drained.answered }),
  );
  const told = simulator.messages().filter(({ byRobot, text }) => byRobot && NOTICE.test(text));
  expect(told).toEqual([]);
  expect(simulator.cards()).toHaveLength(messages.length + 1);
  expect(simulator.violations()).toEqual([]);
});

test("a restart that nobody waits for: what still runs goes on in the card that is open", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold", holdMs: 300_000 } },
    { messageType: "card" },
  );
  const { simulator, model } = stage;
  const gateway = await stage.startConnected();
  const said: Record<string, SaidMessage> = {};
  for (let i = 0; i < RUNNING; i += 1)
    said[`running ${i}`] = await simulator.say({ from: `p${i}`, text: i % 2 === 0 ? "#hold" : "#wait" });
  await vi.waitFor(() => expect(model.held).toBe(RUNNING), SOON);
  await vi.waitFor(() => expect(simulator.cards()).toHaveLength(RUNNING), SOON);
  const open = simulator.cards().map(({ outTrackId }) => outTrackId);
  await gateway[Symbol.asyncDispose]();

  await stage.startConnected();
  const messages = Object.values(said);
  await releasing(stage, () =>
    vi.waitFor(() => expect(tally(simulator, messages)).toEqual(allWell(messages.length)), IN_TIME),
  ).finally(() => printTally("SIGTERM, and by force when it takes too long", simulator, said));
  expect(simulator.cards().map(({ outTrackId }) => outTrackId)).toEqual(open);
  expect(simulator.messages().filter(({ byRobot, kind }) => byRobot && kind === "message")).toEqual([]);
});
