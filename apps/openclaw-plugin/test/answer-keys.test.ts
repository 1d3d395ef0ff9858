import { parseRobotMessage, silentLogger } from "@dingtalk-kit/protocol";
import type { CardFrame } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { createReplyTo } from "../src/reply-to.ts";
import type { ReplyContext } from "../src/reply-to.ts";
import { createServices } from "../src/services.ts";

interface Desk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly arrival: Arrival;
  readonly context: ReplyContext;
}

/** A message of somebody, and an account with these settings to answer it. */
async function openDesk(more: object): Promise<Desk> {
  const stack = new AsyncDisposableStack();
  const simulator = stack.use(await openSimulator());
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const dingtalk = { clientId, clientSecret, endpoints, messageType: "card", ...more };
  const account = resolveAccount({ channels: { dingtalk } });
  const services = stack.use(createServices(account, silentLogger));
  const { messageId, conversationId, from } = await simulator.say("how much is it?");
  const message = parseRobotMessage({
    msgId: messageId,
    robotCode: clientId,
    conversationId,
    conversationType: "1",
    senderStaffId: from,
    msgtype: "text",
    text: { content: "how much is it?" },
  });
  return {
    simulator,
    arrival: describeArrival(message) ?? expect.unreachable(),
    context: { services, settings: account.settings ?? expect.unreachable(), log: silentLogger },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("cardStreamInterval: so far apart are the updates of a card", async () => {
  await using desk = await openDesk({ cardStreamInterval: 5_000 });
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
