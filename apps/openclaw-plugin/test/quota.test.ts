import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { outcomeWords } from "../src/explain-outcome.ts";
import { answerWith, nextRound, openBudgetDesk } from "./budget-desk.ts";
import type { BudgetDesk, BudgetProcess } from "./budget-desk.ts";

const CREATE = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";
const FINISH = "/v1.0/card/instances";
const SEND = "/v1.0/robot/oToMessages/batchSend";
const CARDS = { messageType: "card" } as const;

/** Sends `count` messages that answer nobody. */
async function spend({ services }: BudgetProcess, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1)
    await services.api.robot.send({ kind: "user", staffId: "user01" }, { kind: "text", text: `${sent}` });
}

/** What one answer costs. */
async function callsOf(desk: BudgetDesk, process: BudgetProcess): Promise<readonly string[]> {
  const before = desk.calls().length;
  await process.until(await process.say(), "done");
  return desk.calls().slice(before);
}

test("goes on counting after a restart, whatever process counted", async () => {
  await using desk = await openBudgetDesk();
  for (const deliveries of [1, 2, 3]) {
    await using process = await desk.start();
    process.services.api.quota.countDelivery();
    await spend(process, 2);
    expect(await process.services.api.quota.usage()).toMatchObject({
      month: "2026-11",
      calls: 2 * deliveries,
      deliveries,
    });
  }
});

test("quota.monthlyLimit: cards until it is reached, then Markdown messages alone", async () => {
  await using desk = await openBudgetDesk();
  await using small = await desk.start({ ...CARDS, quota: { monthlyLimit: 5 } });
  expect((await callsOf(desk, small)).toSorted()).toEqual(
    [CREATE, STREAM, FINISH, "/v1.0/robot/emotion/recall", "/v1.0/robot/emotion/reply"].toSorted(),
  );
  expect(await small.budget.isUsedUp()).toBe(true);
  expect(await callsOf(desk, small)).toEqual([SEND]);
  await small[Symbol.asyncDispose]();
  await using large = await desk.start({ ...CARDS, quota: { monthlyLimit: 400 } });
  expect(await callsOf(desk, large)).toContain(CREATE);
});

test("quota.monthlyLimit: DingTalk's own word counts as well, until it grants a call again", async () => {
  await using desk = await openBudgetDesk();
  await using process = await desk.start(CARDS);
  const body = { code: "Forbidden.AccessDenied.ApiCountLimitForOrg", message: "over quota" };
  desk.simulator.failNext(SEND, { status: 403, body });
  await expect(spend(process, 1)).rejects.toMatchObject({ platformCode: body.code });
  expect(await callsOf(desk, process)).toEqual([SEND]);
  expect(await callsOf(desk, process)).toContain(CREATE);
});

test("quota.onExhausted: markdown answers, silent does not and says why, queue waits for the next month", async () => {
  await using desk = await openBudgetDesk();
  const quota = { monthlyLimit: 1 };
  {
    await using silent = await desk.start({ quota: { ...quota, onExhausted: "silent" } });
    await spend(silent, 1);
    expect(await callsOf(desk, silent)).toEqual([]);
  }
  {
    await using markdown = await desk.start({ quota: { ...quota, onExhausted: "markdown" } });
    expect(await callsOf(desk, markdown)).toEqual([SEND]);
  }
  await using queue = await desk.start({ quota: { ...quota, onExhausted: "queue" } });
  const before = desk.calls().length;
  const messageId = await queue.say();
  while (
    (await queue.store.inbox.show({ robotCode: desk.simulator.app.clientId, messageId }))?.reason !==
    "quota-used-up"
  )
    await nextRound();
  expect(desk.calls()).toHaveLength(before);
  // The month ends in China at 16:00 UTC; the budget is looked at each quarter of an hour.
  const answered = queue.until(messageId, "done").then(() => true);
  while ((await Promise.race([answered, nextRound()])) !== true) await desk.clock.advance(900_000);
  expect(desk.calls()).toContain(SEND);
  expect(desk.clock.nowMs()).toBeGreaterThanOrEqual(Date.parse("2026-11-30T16:00:00Z"));
  expect(outcomeWords({ kind: "ignored", reason: "quota-used-up" }).next).toContain("quota");
});

test("quota.onExhausted: queue keeps an answer that DingTalk refuses, and asks nobody again", async () => {
  await using desk = await openBudgetDesk();
  let asked = 0;
  const settings = { quota: { onExhausted: "queue" } };
  await using process = await desk.start(settings, (turn, context) =>
    answerWith(turn, context, async () => {
      // The plugin asks nobody where the last words are decided.
      if (turn.journal.earlier?.end !== undefined) return "";
      asked += 1;
      return `answer ${asked}`;
    }),
  );
  await process.services.api.token.get();
  const exhausted = desk.simulator.fault({ kind: "call.over-quota" });
  const messageId = await process.say();
  const key = { robotCode: desk.simulator.app.clientId, messageId };
  const held = async (): Promise<void> => {
    while ((await process.store.inbox.show(key))?.reason !== "quota-used-up") await nextRound();
  };
  await desk.inTime(held());
  exhausted.lift();
  const answered = process.until(messageId, "done").then(() => true);
  while ((await Promise.race([answered, nextRound()])) !== true) await desk.clock.advance(10_000);
  const seen = desk.simulator.messages().filter(({ byRobot }) => byRobot);
  expect(seen.map(({ text }) => text)).toEqual(["answer 1"]);
  expect(asked).toBe(1);
});

test("quota.onExhausted: a card that was begun is brought to its end, and /stop works", async () => {
  await using desk = await openBudgetDesk();
  const settings = { ...CARDS, quota: { monthlyLimit: 1, onExhausted: "silent" } };
  await using process = await desk.start(settings, (turn, context) =>
    answerWith(turn, context, async (reply) => {
      await reply.open();
      if (turn.attempt === 1) throw new TypeError("the model has gone away");
      return "the end";
    }),
  );
  await process.until(await process.say(), "done");
  expect(desk.simulator.cards().map(({ state, text }) => `${state} ${text}`)).toEqual(["FINISHED the end"]);
  expect(await process.budget.isUsedUp()).toBe(true);
  await process.until(await process.say("/stop"), "done");
  expect(desk.simulator.cards()).toHaveLength(2);
});

const percentages = ({ warnings }: BudgetProcess): readonly number[] =>
  warnings.map(({ percentage }) => percentage);

test("quota.warnAt: warns once of each percentage, also over a restart", async () => {
  await using desk = await openBudgetDesk();
  const quota = { monthlyLimit: 10, warnAt: [30, 60] };
  {
    await using first = await desk.start({ quota });
    await spend(first, 2);
    expect(percentages(first)).toEqual([]);
    await spend(first, 2);
    await first.budget[Symbol.asyncDispose]();
    expect(percentages(first)).toEqual([30]);
    expect(first.log.lines.map(({ message }) => message)).toContain("30 % of the calls of 2026-11 are used");
  }
  {
    await using second = await desk.start({ quota });
    await spend(second, 5);
    await second.budget[Symbol.asyncDispose]();
    expect(percentages(second)).toEqual([60]);
  }
  await using never = await desk.start({ quota: { ...quota, warnAt: [] } });
  await spend(never, 1);
  await never.budget[Symbol.asyncDispose]();
  expect(percentages(never)).toEqual([]);
});

/** Waits until the card shows it. */
async function shown({ simulator }: BudgetDesk, text: string): Promise<void> {
  while (simulator.cards()[0]?.text !== text) await nextRound();
}

/** What an answer of so many chunks costs, with the token and the reaction left out. */
async function costOf(
  chunks: number,
  messageType: "markdown" | "card",
  pace: "slow" | "fast",
): Promise<number> {
  await using desk = await openBudgetDesk();
  await using process = await desk.start({ messageType }, (turn, context) =>
    answerWith(turn, context, async (reply) => {
      await reply.open();
      let text = "";
      for (let chunk = 1; chunk <= chunks; chunk += 1) {
        text += `chunk ${chunk} `;
        if (chunk === chunks) break;
        reply.update(text.trim());
        if (pace === "slow" && messageType === "card") await shown(desk, text.trim());
      }
      return text.trim();
    }),
  );
  const calls = await callsOf(desk, process);
  return calls.filter((path) => !path.includes("emotion")).length;
}

const SCENARIOS = [
  { reply: "1 chunk", chunks: 1, cost: { markdown: 1, slow: 3, fast: 3 } },
  { reply: "5 chunks", chunks: 5, cost: { markdown: 1, slow: 7, fast: 4 } },
  { reply: "10 chunks", chunks: 10, cost: { markdown: 1, slow: 12, fast: 4 } },
] as const;

test.for(SCENARIOS)(
  "a reply of $reply costs what the table in the documents says [S2-83]",
  async ({ chunks, cost }) => {
    expect({
      markdown: await costOf(chunks, "markdown", "slow"),
      slow: await costOf(chunks, "card", "slow"),
      fast: await costOf(chunks, "card", "fast"),
    }).toEqual(cost);
    const page = await readFile(new URL("../../../docs/quota.md", import.meta.url), "utf8");
    const row = [chunks, cost.markdown, cost.slow, cost.fast].join(" | ");
    expect(page.replaceAll(/ +/g, " ")).toContain(`| ${row} |`);
  },
);

test("thinking costs two calls, and a token none", async () => {
  await using desk = await openBudgetDesk();
  await using process = await desk.start();
  const said = await callsOf(desk, process);
  expect(said).toHaveLength(3);
  expect(said.filter((path) => path.includes("emotion"))).toHaveLength(2);
  expect(await process.services.api.quota.usage()).toMatchObject({ calls: 3 });
});
