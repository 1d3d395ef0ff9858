import { ApiError, CardError, silentLogger } from "@dingtalk-kit/protocol";
import type { CardFrame } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { systemPromptFor } from "../src/group-gate.ts";
import { createReplyTo } from "../src/reply-to.ts";
import { createServices } from "../src/services.ts";
import { limitsOf } from "../src/shared-limits.ts";
import { openAnswerDesk } from "./answer-desk.ts";

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

test("cardDegradeMs: the pause of cards that keep failing grows no longer", async () => {
  expect(await pausesWith({ clientId: "dingpauses1" })).toEqual([
    30, 60, 120, 240, 480, 960, 1800, 1800, 1800,
  ]);
  const short = await pausesWith({ clientId: "dingpauses2", cardDegradeMs: 90_000 });
  expect(short).toEqual([30, 60, ...Array(7).fill(90)]);
});

/** Seconds of the pauses of an account's cards, which fail whenever one is tried. */
async function pausesWith(more: {
  readonly clientId: string;
  readonly cardDegradeMs?: number;
}): Promise<number[]> {
  const clock = createManualClock();
  const dingtalk = { clientSecret: "s", ...more };
  const services = createServices(resolveAccount({ channels: { dingtalk } }), silentLogger, clock);
  const { cardBreaker } = limitsOf(more.clientId, silentLogger).forApp(more.clientId);
  const pauses: number[] = [];
  for (let failures = 0; failures < 4; failures += 1) cardBreaker.begin("create").failed(BUSY);
  for (let probes = 0; probes < 9; probes += 1) {
    cardBreaker.check();
    cardBreaker.begin("create").failed(BUSY);
    const pauseMs = pauseOf(cardBreaker);
    pauses.push(pauseMs / 1000);
    await clock.advance(pauseMs);
  }
  await services[Symbol.asyncDispose]();
  return pauses;
}

const BUSY = new ApiError("busy", { status: 503 });

function pauseOf(breaker: { check(): void }): number {
  try {
    breaker.check();
  } catch (error) {
    if (error instanceof CardError) return error.retryAfterMs ?? 0;
  }
  return 0;
}

test("systemPrompt: is told in every conversation, before what is told in one group", () => {
  const inRoom = { kind: "group", id: "cidRoom==" } as const;
  const alone = { kind: "direct", id: "user01" } as const;
  const groups = { "cidRoom==": { systemPrompt: "Be brief." } };
  const promptWith = (more: object, peer: typeof inRoom | typeof alone): string | undefined => {
    const { settings } = resolveAccount({
      channels: { dingtalk: { clientId: "a", clientSecret: "b", ...more } },
    });
    return systemPromptFor(settings ?? expect.unreachable(), peer);
  };
  expect(promptWith({}, alone)).toBe(undefined);
  expect(promptWith({ systemPrompt: "Be kind.", groups }, alone)).toBe("Be kind.");
  expect(promptWith({ systemPrompt: "Be kind.", groups }, inRoom)).toBe("Be kind.\n\nBe brief.");
  expect(promptWith({ groups }, inRoom)).toBe("Be brief.");
});
