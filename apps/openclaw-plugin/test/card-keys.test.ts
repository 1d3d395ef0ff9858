import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createAnswerStatus } from "../src/answer-status.ts";
import type { Language } from "../src/explanations.ts";
import { createMarkdownReply, createReplyTo } from "../src/reply-to.ts";
import { onRunUsage, registerRunUsage, tellRunUsage, warnUnlessHeard } from "../src/run-usage.ts";
import { sendText } from "../src/send-text.ts";
import { createTurnReply } from "../src/turn-reply.ts";
import type { TurnReply } from "../src/turn-reply.ts";
import { openAnswerDesk } from "./answer-desk.ts";
import type { AnswerDesk } from "./answer-desk.ts";

/** A turn's reply as an account with the desk's settings gets it. */
function openTurn(
  { cfg, ...desk }: AnswerDesk,
  clock = createManualClock(),
  { language, openAtOnce }: { readonly language?: Language | undefined; readonly openAtOnce?: boolean } = {},
): TurnReply {
  const arrival = { ...desk.arrival, ...(language !== undefined && { language }) };
  const { services, settings } = desk.context;
  const context = { ...desk.context, services: { ...services, clock } };
  return createTurnReply({
    growing: createReplyTo(arrival, context),
    plain: createMarkdownReply(arrival, context),
    live: true,
    streaming: settings.cardStreamingMode,
    openAtOnce,
    status: createAnswerStatus(arrival, "sales", { ...context, cfg }),
    language: arrival.language,
    onSign: () => undefined,
  });
}

/** What the only card has shown, one text after the other. */
function shownIn({ simulator }: AnswerDesk): readonly string[] {
  const texts = simulator.cards().flatMap(({ history }) => history.map(({ text }) => text));
  return texts.filter((text, index) => text !== "" && text !== texts[index - 1]);
}

test.for([
  ["all", true, true, ["🔧 exec", "It is", "It is 3."]],
  ["answer", false, true, ["It is", "It is 3."]],
  ["off", false, false, ["It is 3."]],
] as const)(
  "cardStreamingMode %s: the card shows that much before the end, and the host is told so",
  async ([cardStreamingMode, notes, texts, shown]) => {
    await using desk = await openAnswerDesk({ cardStreamingMode });
    const turn = openTurn(desk);
    turn.events.onAgentRunStart?.("run");
    await expect.poll(() => desk.simulator.cards().map(({ state }) => state)).toEqual(["PROCESSING"]);
    expect(await turn.events.onToolStart?.({ name: "exec", phase: "start" })).toBe(notes);
    if (notes) await expect.poll(() => shownIn(desk)).toEqual(["🔧 exec"]);
    expect(turn.deliver({ text: "🔧 exec" }, "tool")).toEqual({ visibleReplySent: notes });
    expect(await turn.events.onPartialReply?.({ text: "It is" })).toBe(texts);
    if (texts) await expect.poll(() => shownIn(desk).at(-1)).toBe("It is");
    turn.deliver({ text: "It is 3." }, "final");
    await turn.settle();
    expect(shownIn(desk)).toEqual(shown);
    expect(desk.simulator.cards().map(({ state }) => state)).toEqual(["FINISHED"]);
  },
);

test("cardStreamingMode off: an answer that fails keeps what the agent had written", async () => {
  await using desk = await openAnswerDesk({ cardStreamingMode: "off" });
  const turn = openTurn(desk);
  turn.events.onAgentRunStart?.("run");
  await turn.events.onPartialReply?.({ text: "It is" });
  await turn.fail("Stopped.");
  expect(desk.simulator.cards()).toMatchObject([{ state: "FAILED", text: "It is\n\nStopped." }]);
  expect(shownIn(desk)).toHaveLength(1);
});

const TABLE = "|名称|价格|\n|-|-|\n|苹果|3|";
const TABLES = {
  native: TABLE,
  align: "| 名称 | 价格 |\n| ---- | ---- |\n| 苹果 | 3    |",
  plain: "- 名称: 苹果; 价格: 3",
} as const;

test.for(["native", "align", "plain"] as const)(
  "tableMode %s: so a table looks in a card while it grows and at its end, in an answer by message, and in what is sent",
  async (tableMode) => {
    await using desk = await openAnswerDesk({ tableMode });
    const { arrival, cfg, simulator } = desk;
    const turn = openTurn(desk);
    turn.events.onAgentRunStart?.("run");
    await turn.events.onPartialReply?.({ text: `${TABLE}\n|香` });
    await expect.poll(() => shownIn(desk)).toEqual([`${TABLES[tableMode]}\n|香`]);
    turn.deliver({ text: TABLE }, "final");
    await turn.settle();
    expect(shownIn(desk).at(-1)).toBe(TABLES[tableMode]);
    await createMarkdownReply(arrival, desk.context).finish(TABLE);
    await sendText({ cfg, to: arrival.to, text: TABLE });
    const texts = simulator.messages().filter(({ byRobot, kind }) => byRobot && kind === "message");
    expect(texts.map(({ text }) => text)).toEqual([TABLES[tableMode], TABLES[tableMode]]);
  },
);

const STATUS_LINE = {
  model: ["Model qwen-max", "模型 qwen-max"],
  effort: ["Thinking high", "思考 high"],
  agent: ["Agent sales", "智能体 sales"],
  taskTime: ["2 min 5 s", "2 分 5 秒"],
  tokens: ["12,345 tokens", "12,345 tokens"],
  dapiUsage: ["DingTalk calls 3", "钉钉调用 3 次"],
} as const;
const ALL_ON = Object.fromEntries(Object.keys(STATUS_LINE).map((key) => [key, true]));

/** An answer for which all is known that can stand below it. */
async function answerIn(desk: AnswerDesk, language?: Language): Promise<string | undefined> {
  const clock = createManualClock();
  const turn = openTurn(desk, clock, { language });
  turn.events.onModelSelected?.({ provider: "p", model: "qwen-turbo", thinkLevel: undefined });
  turn.events.onModelSelected?.({ provider: "p", model: "qwen-max", thinkLevel: "high" });
  turn.events.onAgentRunStart?.("run-below");
  await turn.events.onPartialReply?.({ text: "It is" });
  await expect.poll(() => shownIn(desk)).toEqual(["It is"]);
  await clock.advance(125_000);
  tellRunUsage("run-below", { input: 12_000, output: 345 });
  turn.deliver({ text: "It is 3." }, "final");
  await turn.settle();
  return desk.simulator.cards()[0]?.text;
}

test.for(Object.entries(STATUS_LINE))(
  "cardStatusLine.%s: stands below the answer where it is on, in the language of the question",
  async ([key, [en, zh]]) => {
    await using desk = await openAnswerDesk({ cardStatusLine: { [key]: true } });
    expect(await answerIn(desk)).toBe(`It is 3.\n\n${en}`);
    await using chinese = await openAnswerDesk({ cardStatusLine: { [key]: true } });
    expect(await answerIn(chinese, "zh")).toBe(`It is 3.\n\n${zh}`);
    await using off = await openAnswerDesk({ cardStatusLine: { ...ALL_ON, [key]: false } });
    expect(await answerIn(off)).not.toContain(en);
  },
);

test("cardStatusLine: all of it is one line; without it, as by default, there is none", async () => {
  await using desk = await openAnswerDesk({ cardStatusLine: ALL_ON });
  const line = Object.values(STATUS_LINE).map(([en]) => en);
  expect(await answerIn(desk)).toBe(`It is 3.\n\n${line.join(" · ")}`);
  await using none = await openAnswerDesk({});
  expect(await answerIn(none)).toBe("It is 3.");
});

test("cardStatusLine: what is not known is left out, and an agent has its name", async () => {
  await using desk = await openAnswerDesk({ cardStatusLine: { ...ALL_ON, taskTime: false } });
  const agents = { entries: { sales: { name: "Sales\nDesk" } } };
  const turn = openTurn({ ...desk, cfg: { ...desk.cfg, agents } });
  turn.events.onAgentRunStart?.("run-unknown");
  turn.deliver({ text: "It is 3." }, "final");
  await turn.settle();
  expect(desk.simulator.cards()[0]?.text).toBe("It is 3.\n\nAgent Sales Desk · DingTalk calls 2");
});

test("cardStatusLine.tokens: whoever else waits for the same run hears of it as well", async () => {
  await using desk = await openAnswerDesk({ cardStatusLine: { tokens: true } });
  const heard: number[] = [];
  using stack = new DisposableStack();
  stack.use(onRunUsage("run-below", (tokens) => void heard.push(tokens)));
  expect(await answerIn(desk)).toBe("It is 3.\n\n12,345 tokens");
  expect(heard).toEqual([12_345]);
});

test("cardStatusLine: stands below answers of an agent only", async () => {
  const errorOnly = { text: "⚠️ The model is overloaded.", isError: true };
  const ends: readonly ((turn: TurnReply) => Promise<unknown>)[] = [
    (turn) => turn.close("Stopped for now."),
    (turn) => turn.close(""),
    (turn) => turn.closeQuietly("Answered elsewhere."),
    (turn) => turn.fail("Stopped."),
    (turn) => {
      turn.deliver(errorOnly, "final");
      return turn.settle();
    },
  ];
  for (const end of ends) {
    await using desk = await openAnswerDesk({ cardStatusLine: ALL_ON });
    const turn = openTurn(desk);
    turn.events.onAgentRunStart?.("run");
    await expect.poll(() => desk.simulator.cards()).toHaveLength(1);
    await end(turn);
    expect(desk.simulator.cards()[0]?.state).toMatch(/^(?:FINISHED|FAILED)$/);
    expect(desk.simulator.cards()[0]?.text).not.toMatch(/Agent sales|DingTalk calls/);
  }
  for (const openAtOnce of [false, true]) {
    await using desk = await openAnswerDesk({ cardStatusLine: ALL_ON });
    const command = openTurn(desk, createManualClock(), { openAtOnce });
    command.deliver({ text: "✅ New session started." }, "final");
    await command.settle();
    const last = desk.simulator.messages().at(-1);
    expect(last).toMatchObject({ kind: openAtOnce ? "card" : "message", text: "✅ New session started." });
  }
});

test.for([
  [{}, []],
  [{ cardStatusLine: { model: true } }, []],
  [{ cardStatusLine: { tokens: true } }, ["reply_payload_sending"]],
] as const)(
  "cardStatusLine.tokens: the host is asked for tokens only where they are shown: %j",
  ([settings, asked]) => {
    const config = { channels: { dingtalk: { clientId: "ding1", clientSecret: "s", ...settings } } };
    const hooks: string[] = [];
    registerRunUsage({ config, on: (name) => void hooks.push(name) });
    expect(hooks).toEqual(asked);
    const log = createRecordingLogger();
    warnUnlessHeard("cardStatusLine.tokens", log);
    expect(log.lines).toHaveLength(asked.length === 0 ? 1 : 0);
  },
);
