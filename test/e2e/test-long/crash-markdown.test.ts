import type { SaidMessage, SayInput, Simulator } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { openCrashStage, releasing } from "../src/crash-stage.ts";
import { ANSWER_TIMEOUT_MS } from "../src/stage.ts";
import { printTally, tally } from "../src/tally.ts";

const SOON = { timeout: 60_000, interval: 5 };
const IN_TIME = { timeout: 240_000, interval: 200 };
const ROBOT_API = "/v1.0/robot/oToMessages/batchSend";
const WEBHOOK = "/robot/sendBySession";
/** The message came without a reply URL, or it has expired. */
const BY_ROBOT_API = { sessionWebhook: undefined, sessionWebhookExpiredTime: undefined };
const RUNNING = 12;
const ON_THE_WAY = 4;

test("Markdown: kill -9 with 20 people under way loses nothing; a session webhook shows nothing twice, the robot API may", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold" } },
    { messageType: "markdown" },
  );
  const { simulator, model } = stage;
  const gateway = await stage.startConnected();
  await simulator.answer(await simulator.say("hello"), { timeoutMs: ANSWER_TIMEOUT_MS });
  const say = async (name: string, count: number, input: SayInput): Promise<readonly SaidMessage[]> => {
    const said: SaidMessage[] = [];
    for (let i = 0; i < count; i += 1) said.push(await simulator.say({ ...input, from: `${name}${i}` }));
    return said;
  };
  const running = await say("running", RUNNING, { text: "#hold" });
  await vi.waitFor(() => expect(model.held).toBe(RUNNING), SOON);
  // Performed, and nobody is told: both kinds of messages have arrived when the process dies.
  const hanging = [WEBHOOK, ROBOT_API].map((path) =>
    simulator.fault({ kind: "call.hang", performed: true, where: { path } }),
  );
  const byWebhook = await say("webhook", ON_THE_WAY, { text: "hello" });
  const byApi = await say("api", ON_THE_WAY, { text: "hello", raw: BY_ROBOT_API });
  const struck = (): readonly number[] => hanging.map((fault) => fault.info().struck);
  await vi.waitFor(() => expect(struck()).toEqual([ON_THE_WAY, ON_THE_WAY]), SOON);
  await gateway.kill();
  for (const fault of hanging) fault.lift();

  await stage.startConnected();
  const all = [...running, ...byWebhook, ...byApi];
  const repeats = {
    "repeats by session webhook": () => repeatsOf(simulator, [...running, ...byWebhook]),
    "repeats by robot API": () => repeatsOf(simulator, byApi),
  };
  const isDone = (): void => {
    expect(tally(simulator, all)).toMatchObject({ sent: 20, lost: 0, reactionsLeft: 0 });
    expect(repeatsOf(simulator, [...running, ...byWebhook])).toBe(0);
    // Whether they had arrived could not be known: `repeatUncertain` says rather twice than never.
    expect(repeatsOf(simulator, byApi)).toBe(ON_THE_WAY);
  };
  await releasing(stage, () => vi.waitFor(isDone, IN_TIME)).finally(() => {
    const named = all.map((message) => [message.from, message] as const);
    const counts = Object.entries(repeats).map(([name, count]) => [name, count()] as const);
    printTally("kill -9, Markdown", simulator, Object.fromEntries(named), Object.fromEntries(counts));
  });
  const late = await simulator.say({ from: "later", text: "one more" });
  await simulator.answer(late, { timeoutMs: ANSWER_TIMEOUT_MS });
  // The reaction under the last question goes after its answer has come.
  await vi.waitFor(isDone, IN_TIME);
  expect(simulator.violations()).toEqual([]);
});

/** Messages that people saw beyond the first, which were the same. */
function repeatsOf(simulator: Simulator, said: readonly SaidMessage[]): number {
  return said.reduce((sum, { conversationId }) => {
    const texts = simulator
      .messages(conversationId)
      .filter(({ byRobot }) => byRobot)
      .map(({ text }) => text);
    expect(new Set(texts).size).toBeLessThanOrEqual(1);
    return sum + Math.max(0, texts.length - 1);
  }, 0);
}
