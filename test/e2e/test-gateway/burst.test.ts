import type { ShownMessage } from "dingtalk-simulator";
import { expect, onTestFailed, test, vi } from "vitest";

import { openStage, untilConnected } from "../src/stage.ts";

const PEOPLE = 20;
const MESSAGES = 5;

test("answers 20 people who write 5 messages each at once: all, in order, none twice, every card closed", async () => {
  await using stage = await openStage({ simulator: { qpsLimit: 40 }, wordDelayMs: 1, concurrency: 8 });
  const { simulator } = stage;
  const { app, endpoints } = simulator;
  await stage.configure({
    enabled: true,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    endpoints,
    messageType: "card",
    requestsPerSecond: 40,
    dmPolicy: "open",
    allowFrom: ["*"],
  });
  const gateway = await stage.start();
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
  await untilConnected(simulator, [app.clientId]);
  const texts = Array.from({ length: MESSAGES }, (_item, index) => `question ${index + 1}`);
  const people = Array.from({ length: PEOPLE }, (_item, index) => `p${index}`);
  for (const text of texts) await Promise.all(people.map((from) => simulator.say({ from, text })));

  const answersTo = (conversationId: string): readonly ShownMessage[] =>
    simulator.messages(conversationId).filter(({ byRobot }) => byRobot);
  const conversations = [...new Set(simulator.ledger().map(({ conversationId }) => conversationId))];
  expect(conversations).toHaveLength(PEOPLE);
  await vi.waitFor(
    () => {
      const ended = conversations
        .flatMap(answersTo)
        .filter(({ state }) => state !== "PROCESSING" && state !== "INPUTING");
      expect(ended).toHaveLength(PEOPLE * MESSAGES);
    },
    { timeout: 480_000, interval: 500 },
  );
  for (const id of conversations) {
    // The stand-in model repeats the question, so the order of the answers shows.
    expect(answersTo(id).map(({ text }) => /question \d/.exec(text)?.[0])).toEqual(texts);
    expect(answersTo(id).map(({ kind, state }) => [kind, state])).toEqual(
      texts.map(() => ["card", "FINISHED"]),
    );
  }
  expect(simulator.violations()).toEqual([]);
}, 600_000);
