import { silentLogger } from "@dingtalk-kit/protocol";
import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import { createReplyTo } from "../src/reply-to.ts";
import { createServices } from "../src/services.ts";
import { withdrawReply } from "../src/withdraw-reply.ts";
import { openInboxDesk } from "./inbox-desk.ts";

test("closes the card that an earlier attempt left open for a message that was taken back", async () => {
  await using simulator = await openSimulator();
  const { clientId, clientSecret } = simulator.app;
  const dingtalk = { clientId, clientSecret, endpoints: simulator.endpoints, messageType: "card" };
  const account = resolveAccount({ channels: { dingtalk } });
  const settings = account.settings ?? expect.unreachable();
  await using services = createServices(account, silentLogger);
  const context = { services, settings, log: silentLogger };
  const { messageId, conversationId } = await simulator.say("never mind");
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async (turn) => {
    const arrival = describeArrival(turn.message) ?? expect.unreachable();
    if (turn.attempt > 1) return withdrawReply(arrival, turn, context);
    await services.api.reactions.add({ messageId, conversationId, name: "🤔思考中" });
    await createReplyTo(arrival, context, turn.journal).open();
    return { kind: "retry", reason: "cut off" };
  });
  await one.say(messageId, { in: conversationId, text: "never mind" });
  await one.until(messageId, "done");
  const cards = simulator.cards().map(({ state, text }) => ({ state, text }));
  expect(cards).toEqual([{ state: "FAILED", text: expect.stringContaining("The message was taken back") }]);
  expect(simulator.violations()).toEqual([]);
});

test("says nothing about a message that was taken back before anything was shown", async () => {
  await using simulator = await openSimulator();
  const { clientId, clientSecret } = simulator.app;
  const dingtalk = { clientId, clientSecret, endpoints: simulator.endpoints };
  const account = resolveAccount({ channels: { dingtalk } });
  const settings = account.settings ?? expect.unreachable();
  await using services = createServices(account, silentLogger);
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", (turn) =>
    withdrawReply(describeArrival(turn.message) ?? expect.unreachable(), turn, {
      services,
      settings,
      log: silentLogger,
    }),
  );
  await one.say("msg-1");
  await one.until("msg-1", "done");
  expect(simulator.cards()).toEqual([]);
});
