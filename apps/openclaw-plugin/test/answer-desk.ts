import { parseRobotMessage, silentLogger } from "@dingtalk-kit/protocol";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { expect } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import type { ReplyContext } from "../src/reply-to.ts";
import { createServices } from "../src/services.ts";

export interface AnswerDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly cfg: OpenClawConfig;
  readonly arrival: Arrival;
  readonly context: ReplyContext;
}

/** A message of somebody, and an account with these settings to answer it. */
export async function openAnswerDesk(more: object): Promise<AnswerDesk> {
  const stack = new AsyncDisposableStack();
  const simulator = stack.use(await openSimulator());
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const dingtalk = { clientId, clientSecret, endpoints, messageType: "card", ...more };
  const cfg = { channels: { dingtalk } };
  const account = resolveAccount(cfg);
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
    cfg,
    arrival: describeArrival(message) ?? expect.unreachable(),
    context: { services, settings: account.settings ?? expect.unreachable(), log: silentLogger },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
