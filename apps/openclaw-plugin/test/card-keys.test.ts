import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createMarkdownReply, createReplyTo } from "../src/reply-to.ts";
import { sendText } from "../src/send-text.ts";
import { createTurnReply } from "../src/turn-reply.ts";
import type { TurnReply } from "../src/turn-reply.ts";
import { openAnswerDesk } from "./answer-desk.ts";
import type { AnswerDesk } from "./answer-desk.ts";

/** A turn's reply as an account with the desk's settings gets it. */
function openTurn(desk: AnswerDesk): TurnReply {
  const { arrival } = desk;
  const { services, settings } = desk.context;
  const context = { ...desk.context, services: { ...services, clock: createManualClock() } };
  return createTurnReply({
    growing: createReplyTo(arrival, context),
    plain: createMarkdownReply(arrival, context),
    live: true,
    streaming: settings.cardStreamingMode,
    language: "en",
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
