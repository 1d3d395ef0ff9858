import { expect, test } from "vitest";

import { openTurnDesk } from "./turn-desk.ts";
import type { TurnProcess, HostWork } from "./turn-desk.ts";

const WEBHOOK = "/robot/sendBySession";
const STREAMING = "/v1.0/card/streaming";
const RECALL = "/v1.0/robot/emotion/recall";

const troubles = ({ log }: TurnProcess): readonly string[] =>
  log.lines
    .filter(({ level }) => level === "warn" || level === "error")
    .map(({ level, message }) => `${level}: ${message}`);

/** An agent that answers, once it is let go. */
function holdAgent(): { readonly work: HostWork; readonly begun: Promise<void>; readonly go: () => void } {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    go: () => held.resolve(),
    async work(host) {
      begun.resolve();
      await held.promise;
      host.start();
      await host.say("42");
    },
  };
}

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });

const answerAtOnce: HostWork = async (host) => {
  host.start();
  await host.say("42");
};

test.for([
  ["reaction", [], ["🤔思考中"]],
  ["text", ["text Received, working on it…"], []],
  ["card", ["card PROCESSING "], []],
  ["off", [], []],
] as const)("ack: %s is what tells that a message was taken, before an agent starts", async (expected) => {
  const [ack, seen, reactions] = expected;
  await using desk = await openTurnDesk();
  const agent = holdAgent();
  await using one = await desk.start({ ack, messageType: "card" }, agent.work);
  const id = await one.say();
  await agent.begun;
  await expect.poll(() => [desk.seen(), desk.reactions()]).toEqual([seen, reactions]);
  agent.go();
  await one.until(id, "done");
  const before = ack === "text" ? seen : [];
  expect(desk.seen()).toEqual([...before, "card FINISHED 42"]);
  expect(desk.reactions()).toEqual([]);
  expect(troubles(one)).toEqual([]);
  expect(desk.simulator.violations()).toEqual([]);
});

test("ack: card has no effect where answers are messages", async () => {
  await using desk = await openTurnDesk();
  await using one = await desk.start({ ack: "card" }, answerAtOnce);
  await one.answer();
  expect(desk.seen()).toEqual(["markdown 42"]);
  expect(desk.reactions()).toEqual([]);
});

test("ack: a card that was opened at once takes the host's own answer to a command", async () => {
  await using desk = await openTurnDesk();
  await using one = await desk.start({ ack: "card", messageType: "card" }, (host) => host.say("v2026.9.6"));
  await one.answer({ text: "/status" });
  expect(desk.seen()).toEqual(["card FINISHED v2026.9.6"]);
});

test("ackText: these words, else a sentence in the language of the message", async () => {
  await using desk = await openTurnDesk();
  await using own = await desk.start({ ack: "text", ackText: "Moment…" }, answerAtOnce);
  const id = await own.answer();
  expect(desk.seen()).toEqual(["text Moment…", "markdown 42"]);
  expect(await own.steps(id, "ack", "reaction")).toEqual(["ack message"]);

  await using other = await openTurnDesk();
  await using ours = await other.start({ ack: "text" }, answerAtOnce);
  await ours.answer({ text: "多少钱？" });
  expect(other.seen()).toEqual(["text 已收到，正在处理…", "markdown 42"]);
});

test.for(["markdown", "card"])(
  "ack: the answer by %s waits for the message, the agent does not",
  async (messageType) => {
    await using desk = await openTurnDesk();
    const { simulator } = desk;
    const slow = simulator.fault({ kind: "call.slow", delayMs: 60_000, where: { path: WEBHOOK }, times: 1 });
    let isAnswered = false;
    await using one = await desk.start({ ack: "text", ackText: "Moment…", messageType }, async (host) => {
      await answerAtOnce(host);
      isAnswered = true;
    });
    const id = await one.say();
    await expect.poll(() => isAnswered).toBe(true);
    await expect.poll(() => slow.info().struck).toBe(1);
    expect(desk.seen()).toEqual(["text Moment…"]);
    await simulator.advance(60_000);
    await one.until(id, "done");
    expect(desk.seen().map((shown) => shown.split(" ").at(-1))).toEqual(["Moment…", "42"]);
  },
);

test("ack: a message that cannot be sent costs one line, and not the answer", async () => {
  await using desk = await openTurnDesk();
  const refusal = { kind: "call.answer", times: 1 } as const;
  desk.simulator.fault({
    ...refusal,
    where: { path: WEBHOOK },
    status: 200,
    body: { errcode: 40035, errmsg: "no" },
  });
  desk.simulator.fault({ ...refusal, where: { path: "/v1.0/robot/oToMessages/batchSend" }, status: 403 });
  await using one = await desk.start({ ack: "text" }, answerAtOnce);
  const id = await one.answer();
  expect(desk.seen()).toEqual(["markdown 42"]);
  expect(troubles(one)).toEqual([expect.stringMatching(/^warn: beside the answer: ack: /)]);
  expect(await one.steps(id, "ack")).toEqual(["ack message", "ack not sent"]);
});

test("ack: the message is not said again when a turn is tried again", async () => {
  await using desk = await openTurnDesk();
  let tries = 0;
  await using one = await desk.start({ ack: "text", ackText: "Moment…" }, async (host) => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    await answerAtOnce(host);
  });
  await one.answer();
  expect(tries).toBe(2);
  expect(desk.seen()).toEqual(["text Moment…", "markdown 42"]);
});

test("ack: the message is not said again by the next process", async () => {
  await using desk = await openTurnDesk();
  const settings = { ack: "text", ackText: "Moment…" };
  let id = "";
  {
    await using one = await desk.start(settings, holdAgent().work);
    id = await one.say();
    await expect.poll(() => desk.seen()).toEqual(["text Moment…"]);
  }
  await using two = await desk.start(settings, answerAtOnce);
  await two.until(id, "done");
  expect(desk.seen()).toEqual(["text Moment…", "markdown 42"]);
  // DingTalk would know the message for what it is: it was not asked.
  expect(desk.simulator.calls(WEBHOOK)).toHaveLength(2);
});

test("ack: no message before an explanation, a stop, or a refusal", async () => {
  await using desk = await openTurnDesk();
  const limits = { sender: { messages: { max: 1, perMs: 3_600_000 } } };
  const settings = { ack: "text", ackText: "Moment…", limits, denialReplies: "none" };
  await using one = await desk.start(settings, (host) => host.say("stopped"));
  await one.answer({ text: " " });
  await one.answer({ text: "/stop" });
  await one.answer({ text: "one too many" });
  expect(desk.seen()).toEqual([expect.stringMatching(/^markdown .*没有收到文字内容/), "markdown stopped"]);
});

test("ack: nothing is said beside answers once the month's calls are used up", async () => {
  await using desk = await openTurnDesk();
  const settings = { ack: "text", ackText: "Moment…", quota: { monthlyLimit: 1 }, messageType: "card" };
  await using one = await desk.start(settings, answerAtOnce);
  await one.answer();
  await one.answer();
  expect(desk.seen().slice(-1)).toEqual(["markdown 42"]);
  expect(desk.seen().filter((shown) => shown === "text Moment…").length).toBeLessThan(2);
});

test("ackReaction: stands under a message while it is worked on, and does not where it is empty", async () => {
  await using desk = await openTurnDesk();
  const agent = holdAgent();
  {
    await using one = await desk.start({ ackReaction: "👀在看" }, agent.work);
    const id = await one.say();
    await expect.poll(() => desk.reactions()).toEqual(["👀在看"]);
    agent.go();
    await one.until(id, "done");
    expect(desk.reactions()).toEqual([]);
    expect(await one.steps(id, "reaction")).toEqual(["reaction 👀在看"]);
  }
  const reactions = "/v1.0/robot/emotion/*";
  const calls = desk.simulator.calls(reactions).length;
  await using quiet = await desk.start({ ackReaction: "" }, answerAtOnce);
  await quiet.answer();
  expect(desk.simulator.calls(reactions)).toHaveLength(calls);
});

test.for([
  [{ ack: "off" }, false],
  [{ ackReaction: "👀在看" }, false],
  [{ ack: "off" }, true],
] as const)(
  "ack: with %o the next process takes the reaction off that one before it left",
  async (change) => {
    const [settings, isDecided] = change;
    await using desk = await openTurnDesk();
    const { simulator } = desk;
    // As if the process had been killed: what it still tries to tidy up does not reach DingTalk.
    const refused = simulator.fault({ kind: "call.answer", status: 400, where: { path: RECALL } });
    const slow = simulator.fault({ kind: "call.slow", delayMs: 60_000, where: { path: STREAMING } });
    let id = "";
    {
      await using one = await desk.start({ messageType: "card" }, async (host) => {
        host.start();
        await expect.poll(() => desk.seen()).toEqual(["card PROCESSING "]);
        if (isDecided) await host.say("42");
        else await untilAborted(host.signal);
      });
      id = await one.say();
      await expect.poll(() => [desk.seen(), desk.reactions()]).toEqual([["card PROCESSING "], ["🤔思考中"]]);
      if (isDecided) await expect.poll(() => slow.info().struck).toBe(1);
    }
    refused.lift();
    slow.lift();
    expect(desk.reactions()).toEqual(["🤔思考中"]);
    await using two = await desk.start({ messageType: "card", ...settings }, answerAtOnce);
    await two.until(id, "done");
    expect(desk.reactions()).toEqual([]);
    expect(desk.seen()).toEqual(["card FINISHED 42"]);
  },
);
