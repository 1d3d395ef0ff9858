import { expect, test } from "vitest";

import { openTurnDesk } from "./turn-desk.ts";
import type { HostTurn, HostWork } from "./turn-desk.ts";

const WEBHOOK = "/robot/sendBySession";
const LONGER = "⏳ This takes longer than usual. It is still being worked on; the answer will come here.";
const AFTER_MS = 30_000;

/** An agent whose turn the test leads: `host` is there as soon as it has the message, and it ends with `end`. */
function leadAgent(): {
  readonly work: HostWork;
  readonly host: Promise<HostTurn>;
  readonly end: () => void;
} {
  const host = Promise.withResolvers<HostTurn>();
  const end = Promise.withResolvers<void>();
  return {
    host: host.promise,
    end: () => end.resolve(),
    async work(turn) {
      host.resolve(turn);
      await end.promise;
    },
  };
}

test("longTaskNoticeMs: a card without text shows that it takes longer, then the answer", async () => {
  await using desk = await openTurnDesk();
  const agent = leadAgent();
  await using one = await desk.start({ messageType: "card", longTaskNoticeMs: AFTER_MS }, agent.work);
  const id = await one.say();
  const host = await agent.host;
  host.start();
  await expect.poll(() => desk.seen()).toEqual(["card PROCESSING "]);
  await desk.clock.advance(AFTER_MS - 1_000);
  expect(desk.seen()).toEqual(["card PROCESSING "]);
  await desk.clock.advance(1_000);
  await expect.poll(() => desk.seen()).toEqual([`card INPUTING ${LONGER}`]);
  await host.say("42");
  agent.end();
  await one.until(id, "done");
  expect(desk.seen()).toEqual(["card FINISHED 42"]);
  expect(await one.steps(id, "notice")).toEqual(["notice card"]);
});

test("longTaskNoticeMs: nobody is told while text of the answer can be seen", async () => {
  await using desk = await openTurnDesk();
  const agent = leadAgent();
  await using one = await desk.start({ messageType: "card", longTaskNoticeMs: AFTER_MS }, agent.work);
  const id = await one.say();
  const host = await agent.host;
  host.start();
  await host.write("4");
  await expect.poll(() => desk.seen()).toEqual(["card INPUTING 4"]);
  await desk.clock.advance(2 * AFTER_MS);
  await host.say("42");
  agent.end();
  await one.until(id, "done");
  expect(desk.seen()).toEqual(["card FINISHED 42"]);
  expect(await one.steps(id, "notice")).toEqual([]);
});

test.for([
  ["answers are messages", { messageType: "markdown" }, "markdown 42"],
  ["no agent has begun, and no card", { messageType: "card" }, "card FINISHED 42"],
  [
    "cards show no notes",
    { messageType: "card", ack: "card", cardStreamingMode: "answer" },
    "card FINISHED 42",
  ],
] as const)("longTaskNoticeMs: a message says so once where %s", async ([, settings, answer]) => {
  await using desk = await openTurnDesk();
  const agent = leadAgent();
  await using one = await desk.start({ ...settings, longTaskNoticeMs: AFTER_MS }, agent.work);
  const id = await one.say();
  const host = await agent.host;
  await desk.clock.advance(AFTER_MS);
  await expect.poll(() => desk.seen()).toContain(`text ${LONGER}`);
  await desk.clock.advance(2 * AFTER_MS);
  host.start();
  await host.say("42");
  agent.end();
  await one.until(id, "done");
  expect(desk.seen().toSorted()).toEqual([`text ${LONGER}`, answer].toSorted());
  expect(await one.steps(id, "notice")).toEqual(["notice message"]);
});

test("longTaskNoticeMs: nobody is told by default, and nobody after the answer", async () => {
  await using desk = await openTurnDesk();
  {
    const agent = leadAgent();
    await using one = await desk.start({}, agent.work);
    const id = await one.say();
    await agent.host;
    await desk.clock.advance(20 * AFTER_MS - 1_000);
    await (await agent.host).say("42");
    agent.end();
    await one.until(id, "done");
  }
  await using two = await desk.start({ longTaskNoticeMs: AFTER_MS }, (host) => host.say("43"));
  await two.answer();
  await desk.clock.advance(2 * AFTER_MS);
  expect(desk.seen()).toEqual(["markdown 42", "markdown 43"]);
});

test("longTaskNoticeMs: the answer comes after a notice that is on its way", async () => {
  await using desk = await openTurnDesk();
  const agent = leadAgent();
  const slow = desk.simulator.fault({
    kind: "call.slow",
    delayMs: 60_000,
    where: { path: WEBHOOK },
    times: 1,
  });
  await using one = await desk.start({ longTaskNoticeMs: AFTER_MS }, async (host) => {
    if (host.text === "and you?") return host.say("fine");
    return agent.work(host);
  });
  const id = await one.say({ text: "多少钱？" });
  const host = await agent.host;
  await desk.clock.advance(AFTER_MS);
  await expect.poll(() => slow.info().struck).toBe(1);
  await host.say("42");
  agent.end();
  await expect.poll(async () => one.steps(id, "ending")).toHaveLength(1);
  const notice = "text ⏳ 这次处理需要较长时间，仍在进行中，完成后会在这里回复。";
  // Somebody else is answered meanwhile: there was time.
  await one.answer({ text: "and you?", from: "user02" });
  expect(desk.seen()).toEqual([notice, "markdown fine"]);
  await desk.simulator.advance(60_000);
  await one.until(id, "done");
  expect(desk.seen()).toEqual([notice, "markdown fine", "markdown 42"]);
});

test("longTaskNoticeMs: a turn that was stopped says nothing more", async () => {
  await using desk = await openTurnDesk();
  const agent = leadAgent();
  await using one = await desk.start({ longTaskNoticeMs: AFTER_MS }, async (host) => {
    if (host.text === "/stop") return host.say("stopped");
    return agent.work(host);
  });
  const id = await one.say();
  const host = await agent.host;
  await one.answer({ text: "/stop" });
  await expect.poll(() => host.signal?.aborted).toBe(true);
  await desk.clock.advance(2_000);
  agent.end();
  await one.until(id, "done");
  await desk.clock.advance(2 * AFTER_MS);
  expect(desk.seen().filter((shown) => shown.includes("⏳"))).toEqual([]);
});

test("longTaskNoticeMs: it is not said again when a turn is tried again", async () => {
  await using desk = await openTurnDesk();
  let tries = 0;
  await using one = await desk.start({ longTaskNoticeMs: AFTER_MS }, async (host) => {
    tries += 1;
    await desk.clock.advance(AFTER_MS);
    if (tries === 1) throw new Error("not yet");
    await host.say("42");
  });
  await one.answer();
  expect(tries).toBe(2);
  expect(desk.seen()).toEqual([`text ${LONGER}`, "markdown 42"]);
});

const answerAtOnce: HostWork = async (host) => {
  host.start();
  await host.say("42");
};

const mentions = ({
  simulator,
}: {
  readonly simulator: { messages(): readonly Shown[] };
}): readonly string[] =>
  simulator
    .messages()
    .filter(({ byRobot, kind }) => byRobot && kind === "message")
    .map(({ text, mentions: ids }) => `${text} -> ${ids.join()}`);

interface Shown {
  readonly byRobot: boolean;
  readonly kind: string;
  readonly text: string;
  readonly mentions: readonly string[];
}

const inGroup = { text: "how much is it?", conversation: "cidTeam==", from: "user07" };
const asked = { messageType: "card", cardAtSender: "your answer is here" };

test("cardAtSender: a message mentions the sender when a group's card is done", async () => {
  await using desk = await openTurnDesk();
  await using one = await desk.start(asked, answerAtOnce);
  const id = await one.answer(inGroup);
  expect(desk.seen()).toEqual(["card FINISHED 42", "text @user07 your answer is here"]);
  expect(mentions(desk)).toEqual(["@user07 your answer is here -> user07"]);
  expect(await one.steps(id, "mention")).toEqual(["mention"]);
  expect(desk.simulator.violations()).toEqual([]);
});

test.for<readonly [string, Readonly<Record<string, unknown>>, object, HostWork]>([
  ["where it is not set", { messageType: "card" }, inGroup, answerAtOnce],
  ["in 1:1 chats", asked, { text: "how much is it?" }, answerAtOnce],
  ["after messages", { ...asked, groupMessageType: "markdown" }, inGroup, answerAtOnce],
  [
    "of an answer that failed",
    asked,
    inGroup,
    (host) => {
      host.start();
      throw new Error("no model");
    },
  ],
  [
    "of an agent's error",
    asked,
    inGroup,
    async (host) => {
      host.start();
      await host.say("the model is overloaded", true);
    },
  ],
  ["of an agent that says nothing", asked, inGroup, async (host) => host.start()],
])("cardAtSender: nobody is mentioned %s", async ([, settings, input, work]) => {
  await using desk = await openTurnDesk();
  await using one = await desk.start(settings, async (host) => work(host));
  await one.answer(input);
  expect(desk.seen()).toHaveLength(1);
  expect(desk.seen()[0]).not.toContain("your answer is here");
});

test("cardAtSender: without a reply URL, or a staff id, the mention is left out", async () => {
  await using desk = await openTurnDesk();
  await using one = await desk.start(asked, answerAtOnce);
  await one.answer({ ...inGroup, raw: { sessionWebhook: undefined } });
  await one.answer({ ...inGroup, withoutStaffId: true });
  await one.answer({ ...inGroup, raw: { sessionWebhookExpiredTime: 1 } });
  expect(desk.seen()).toEqual(["card FINISHED 42", "card FINISHED 42", "card FINISHED 42"]);
  const lines = one.log.lines.filter(({ message }) => message.includes("not mentioned"));
  expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    "debug: the sender is not mentioned after the card: the session webhook is missing or has expired",
    "debug: the sender is not mentioned after the card: DingTalk gave no staff id",
    "debug: the sender is not mentioned after the card: the session webhook is missing or has expired",
  ]);
});

test("cardAtSender: a mention that cannot be sent costs one line", async () => {
  await using desk = await openTurnDesk();
  desk.simulator.fault({
    kind: "call.answer",
    where: { path: WEBHOOK },
    status: 200,
    body: { errcode: 300001, errmsg: "gone" },
  });
  await using one = await desk.start(asked, answerAtOnce);
  await one.answer(inGroup);
  expect(desk.seen()).toEqual(["card FINISHED 42"]);
  const warnings = one.log.lines.filter(({ level }) => level === "warn" || level === "error");
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^beside the answer: mention: /),
  ]);
});
