import { expect, test } from "vitest";

import { answer, cardCallsOf, openWorld } from "./api-world.ts";
import type { Answer, World } from "./api-world.ts";

const CREATE = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";

/** Every person sees their whole answer in one card, and nothing else. */
function expectComplete(world: World, answers: readonly Answer[]): void {
  for (const { text, outcome } of answers) {
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED", receipts: [] });
    const card = world.simulator.cards().find(({ outTrackId }) => outTrackId === outcome.outTrackId);
    expect(card).toMatchObject({ state: "FINISHED", text: `${text}.` });
  }
  expect(world.simulator.violations()).toEqual([]);
}

const chats = (count: number): number[] => Array.from({ length: count }, (_item, chat) => chat);

test("12 chats streaming under 20/s: all complete, no call refused, later messages still come as cards", async () => {
  await using world = await openWorld({ qpsLimit: 20 });
  const api = world.openProcess();
  const answers = chats(12).map((chat) => answer(world, api, { chat, words: 200 }));
  expectComplete(world, await world.inTime(Promise.all(answers)));
  const { sent, permitted } = cardCallsOf(world.simulator);
  expect(sent).toBe(permitted);
  // 40 frames a second were wanted, for ten seconds: what DingTalk permits is used.
  expect(world.simulator.calls(STREAM).length).toBeGreaterThan(180);
  expectComplete(world, [await world.inTime(answer(world, api, { chat: 99, words: 5 }))]);
  expect(world.log.lines).toEqual([]);
});

test("two processes that share 20/s without knowing: all complete as cards, few calls refused", async () => {
  await using world = await openWorld({ qpsLimit: 20 });
  const processes = [world.openProcess(), world.openProcess()];
  const answers = processes.flatMap((api, at) =>
    chats(12).map((chat) => answer(world, api, { chat: at * 100 + chat, words: 300 })),
  );
  expectComplete(world, await world.inTime(Promise.all(answers)));
  const { sent, permitted } = cardCallsOf(world.simulator);
  expect(sent / permitted).toBeLessThan(1.2);
  for (const api of processes) {
    expectComplete(world, [await world.inTime(answer(world, api, { chat: 999, words: 5 }))]);
  }
});

test("an answer that ends while 60 others grow goes first, and so do first words", async () => {
  await using world = await openWorld({ qpsLimit: 20 });
  const { clock } = world;
  const api = world.openProcess();
  const crowd = chats(60).map((chat) => answer(world, api, { chat, words: 300 }));
  await world.inTime(clock.sleep(8_000));
  const saidAtMs = clock.nowMs();
  const short = await world.inTime(answer(world, api, { chat: 99, words: 20 }));
  expectComplete(world, [short]);
  const history = world.simulator.cards().find(({ text }) => text === `${short.text}.`)?.history ?? [];
  const firstWords = history.find(({ text }) => text.includes("word0"));
  expect((firstWords?.atMs ?? 0) - saidAtMs).toBeLessThan(2_500);
  // A second of words, and the wait for one slot in each of three APIs.
  expect(clock.nowMs() - saidAtMs).toBeLessThan(1_000 + 3 * 1_500);
  expectComplete(world, await world.inTime(Promise.all(crowd)));
  const { sent, permitted } = cardCallsOf(world.simulator);
  expect(sent).toBe(permitted);
});

test.each([400, 401] as const)(
  "a token that dies while 12 answers grow (HTTP %i) is renewed once, and all complete",
  async (tokenRefusalStatus) => {
    await using world = await openWorld({ tokenRefusalStatus });
    const api = world.openProcess();
    const answers = chats(12).map((chat) => answer(world, api, { chat, words: 60 }));
    await world.inTime(world.clock.sleep(1_500));
    world.simulator.expireTokens();
    expectComplete(world, await world.inTime(Promise.all(answers)));
    expect(world.simulator.calls("/v1.0/oauth2/accessToken")).toHaveLength(2);
    const refused = world.simulator.calls().filter(({ status }) => status === tokenRefusalStatus);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(12);
    expect(world.log.lines).toEqual([]);
  },
);

test("while frames fail a card gets its answer by an update, later answers come as messages at once, and as cards again when DingTalk is back", async () => {
  await using world = await openWorld({});
  const api = world.openProcess();
  world.fail(STREAM);
  const first = await world.inTime(answer(world, api, { chat: 1, words: 100 }));
  expect(first.outcome).toMatchObject({ route: "card", state: "FINISHED" });
  expectComplete(world, [first]);
  expect(world.simulator.calls(CREATE)).toHaveLength(1);
  const second = await world.inTime(answer(world, api, { chat: 2, words: 5 }));
  expect(second.outcome).toMatchObject({
    route: "markdown",
    state: "FINISHED",
    outTrackId: undefined,
    cardError: { code: "DINGTALK_CARD" },
  });
  expect(world.simulator.calls(CREATE)).toHaveLength(1);
  expect(world.log.lines.at(-1)?.fields["next"]).toBe("none: cards come back by themselves");

  world.fail(undefined);
  await world.inTime(world.clock.sleep(31_000));
  const answers = [3, 4].map((chat) => answer(world, api, { chat, words: 20 }));
  const [probe, other] = await world.inTime(Promise.all(answers));
  expect([probe?.outcome.route, other?.outcome.route]).toEqual(["card", "markdown"]);
  expectComplete(world, [await world.inTime(answer(world, api, { chat: 5, words: 5 }))]);
});
