import { once } from "node:events";

import type { ReplyPort } from "@dingtalk-kit/protocol";
import { createSessionWebhook } from "@dingtalk-kit/webhook";
import { expect, test } from "vitest";

import type { Reply, ReplyOptions } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";
import { createJournalDesk } from "./journal-desk.ts";
import { createMortal, type Cut } from "./mortal.ts";
import { CREATE, openDesk, shown, type SimulatorDesk, STREAM, UPDATE } from "./simulator-desk.ts";

const long = Array.from({ length: 300 }, (_item, at) => `第${at}段：${"内容".repeat(20)}`).join("\n\n");

interface Process {
  readonly reply: Reply;
  readonly died: Promise<void>;
}

/** Processes that answer the same message, one after the other, with one disk. */
function processesOf(desk: SimulatorDesk): (options?: Partial<ReplyOptions>, cut?: Cut) => Process {
  const disk = createJournalDesk();
  return ({ messages = desk.messages, ...options } = {}, cut) => {
    const { live, died } = createMortal(cut);
    const { cards } = desk;
    const reply = desk.reply({
      replyKey: "robot/m1",
      journal: disk.open({ write: (effect) => live(async () => effect()) }),
      cards: {
        createAndDeliver: (card) => live(() => cards.createAndDeliver(card)),
        stream: (frame) => live(() => cards.stream(frame)),
        update: (update) => live(() => cards.update(update)),
      },
      messages: { ...messages, send: (message) => live(() => messages.send(message)) },
      ...options,
    });
    return { reply, died };
  };
}

/** The conversation's reply URL, as the next message brings it. */
async function webhookPort({ simulator, net }: SimulatorDesk): Promise<ReplyPort> {
  const { clientId, clientSecret } = simulator.app;
  const subscriptions = [{ type: "CALLBACK", topic: "/v1.0/im/bot/messages/get" }];
  const opened = await net.request({
    method: "POST",
    url: `${simulator.endpoints.api}/v1.0/gateway/connections/open`,
    json: { clientId, clientSecret, subscriptions },
  });
  const { endpoint, ticket } = JSON.parse(opened.text);
  const socket = new WebSocket(`${endpoint}?ticket=${ticket}`);
  await once(socket, "open");
  const [[frame]] = await Promise.all([once(socket, "message"), simulator.say("hi")]);
  socket.close();
  const { sessionWebhook } = JSON.parse(JSON.parse(String(frame.data)).data);
  const webhook = createSessionWebhook({ net });
  return { send: (message) => webhook.send(sessionWebhook, message), repeatable: () => true };
}

test.each(["refuse", "ignore"] as const)(
  "goes on in the card of a process that was killed between two frames (a used key: %s)",
  async (usedOutTrackId) => {
    await using desk = await openDesk({ usedOutTrackId });
    const said = await desk.simulator.say("hi");
    const start = processesOf(desk);
    start({}, { call: 3, effect: true }).reply.update("Half of");
    await shown(desk.simulator, "Half of");

    const { reply } = start();
    reply.update("Another");
    await shown(desk.simulator, "Another");
    const outcome = await reply.finish("Another answer");
    expect(await desk.simulator.answer(said)).toMatchObject({
      kind: "card",
      text: "Another answer",
      state: "FINISHED",
    });
    expect(desk.simulator.cards().map(({ outTrackId }) => outTrackId)).toEqual([outcome.outTrackId]);
    expect(desk.paths()).toEqual([CREATE, STREAM, CREATE, STREAM, STREAM, UPDATE]);
    expect(desk.simulator.violations()).toEqual([]);
    expect(desk.log.lines).toEqual([]);
  },
);

test.each([
  ["strict", undefined],
  ["strict", "custom.schema"],
  ["lenient", undefined],
] as const)("leaves a card finished that was, after %s answers (template %s)", async (afterFinalize, id) => {
  await using desk = await openDesk({
    afterFinalize,
    templates: [{ id: "custom.schema", variables: { content: "markdown" }, streaming: ["content"] }],
  });
  const said = await desk.simulator.say("hi");
  const start = processesOf(desk);
  const template = resolveCardTemplate({ cardTemplateId: id });
  const first = start({ template }, { call: 3, effect: true });
  void first.reply.finish("The answer");
  await first.died;
  expect(desk.simulator.cards()).toMatchObject([{ state: "FINISHED" }]);

  const outcome = await start({ template }).reply.finish("something else");
  expect(outcome).toMatchObject({ route: "card", state: "FINISHED", receipts: [], cardError: undefined });
  expect(desk.simulator.cards()).toMatchObject([{ state: "FINISHED", text: "The answer" }]);
  const seen = desk.simulator.messages(said.conversationId).filter(({ byRobot }) => byRobot);
  expect(seen.map(({ kind, text }) => [kind, text])).toEqual([["card", "The answer"]]);
  expect(desk.log.lines).toEqual([]);
});

test.each([
  ["session webhook, once each", true],
  ["robot API, the one under way twice", false],
] as const)("sends on after a crash by the %s", async (_route, byWebhook) => {
  await using desk = await openDesk();
  const messages = byWebhook ? await webhookPort(desk) : desk.messages;
  const start = processesOf(desk);
  // 0 ending, 1 opening, 2 to 4 the card, then sending, the message, sent: this is the second message.
  const first = start({ messages }, { call: 9, effect: true });
  void first.reply.finish(long);
  await first.died;

  const outcome = await start({ messages }).reply.finish("something else");
  expect(outcome).toMatchObject({ route: "card", repeated: byWebhook ? 0 : 1, uncertain: 0 });
  const seen = desk.simulator.messages().filter(({ byRobot }) => byRobot);
  const texts = seen.map(({ text }) => text);
  expect(texts).toHaveLength(byWebhook ? 4 : 5);
  expect([...new Set(texts)].join("\n\n")).toBe(long);
  expect(seen.map(({ kind }) => kind).filter((kind) => kind === "card")).toHaveLength(1);
  expect(desk.simulator.violations()).toEqual([]);
});
