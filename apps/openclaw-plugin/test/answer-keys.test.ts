import type { CardFrame } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createReplyTo } from "../src/reply-to.ts";
import { removeThinking, showThinking } from "../src/thinking-reaction.ts";
import { openAnswerDesk } from "./answer-desk.ts";
import type { AnswerDesk } from "./answer-desk.ts";

const reactionsIn = ({ simulator }: AnswerDesk): readonly string[] =>
  simulator.messages().flatMap(({ reactions }) => reactions);

test("ackReaction: stands under a message while it is worked on, and does not where it is empty", async () => {
  await using desk = await openAnswerDesk({ ackReaction: "👀在看" });
  const thinking = showThinking(desk.arrival.message, desk.context, { again: false });
  await expect.poll(() => reactionsIn(desk)).toEqual(["👀在看"]);
  await thinking[Symbol.asyncDispose]();
  expect(reactionsIn(desk)).toEqual([]);

  await using quiet = await openAnswerDesk({ ackReaction: "" });
  await showThinking(quiet.arrival.message, quiet.context, { again: true })[Symbol.asyncDispose]();
  await removeThinking(quiet.arrival.message, quiet.context);
  expect(quiet.simulator.calls()).toEqual([]);
});

test("cardStreamInterval: so far apart are the updates of a card", async () => {
  await using desk = await openAnswerDesk({ cardStreamInterval: 5_000 });
  const clock = createManualClock();
  const { services } = desk.context;
  const { cards } = services.api;
  const sent: string[] = [];
  const stream = (frame: CardFrame): Promise<void> => {
    sent.push(frame.content);
    return cards.stream(frame);
  };
  const api = { ...services.api, cards: { ...cards, stream } };
  const reply = createReplyTo(desk.arrival, { ...desk.context, services: { ...services, api, clock } });
  await reply.open();
  reply.update("one");
  await expect.poll(() => desk.simulator.cards().map(({ text }) => text)).toEqual(["one"]);
  // The answer to the frame is on its way back.
  await expect.poll(() => reply.state).toBe("INPUTING");
  reply.update("one two");
  await clock.advance(4_900);
  expect(sent).toEqual(["one"]);
  await clock.advance(200);
  expect(sent).toEqual(["one", "one two"]);
  await reply.finish("one two three");
});
