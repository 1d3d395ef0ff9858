import { createMemoryState, parseRobotMessage, silentLogger } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { buildChannelInboundEventContext } from "openclaw/plugin-sdk/channel-inbound";
import { resolveChannelContextVisibilityMode } from "openclaw/plugin-sdk/config-runtime";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { contextVisibility } from "../src/context-visibility.ts";
import { createHouseRules } from "../src/house-rules.ts";
import { createNameBook } from "../src/known-names.ts";
import { quotedMessage } from "../src/quoted-message.ts";

const ROBOT = "$:LWCP_v1:$robot";
const opaque = (staffId: string): string => `$:LWCP_v1:$${staffId}`;

/** Ann answers to a message of `author` in a group. */
function reply(author: string | undefined, words = "the quoted words", from = "ann"): Arrival {
  const arrival = describeArrival(
    parseRobotMessage({
      msgId: "m1",
      conversationId: "cidTeam==",
      conversationType: "2",
      senderStaffId: from,
      senderNick: from,
      senderId: opaque(from),
      chatbotUserId: ROBOT,
      isInAtList: true,
      msgtype: "text",
      text: {
        content: "what does this mean?",
        isReplyMsg: true,
        repliedMsg: { msgType: "text", msgId: "m0", senderId: author, content: { text: words } },
      },
    }),
  );
  if (arrival === undefined) throw new Error("nobody said it");
  return arrival;
}

/** What the agent gets to see of quotes. Bob has written before, mallory has not. */
async function desk(dingtalk: object): Promise<(arrival: Arrival) => Promise<string | undefined>> {
  const cfg = { channels: { dingtalk: { clientId: "ding1", clientSecret: "s", ...dingtalk } } };
  const { settings } = resolveAccount(cfg);
  if (settings === undefined) throw new Error("the test's settings do not fit");
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  const nowMs = (): number => clock.nowMs();
  const core = { channel: { text: { hasControlCommand: () => false } } };
  const rules = createHouseRules({ core, cfg, settings }, { state, nowMs, robotId: "ding1" });
  const names = createNameBook(state, nowMs, silentLogger);
  await names.learn(reply(undefined, "", "bob"));
  return async (arrival) => {
    const quote = await quotedMessage(arrival, { rules, names });
    const context = buildChannelInboundEventContext({
      channel: "dingtalk",
      accountId: "default",
      channelIngress: "unsupported",
      from: arrival.from,
      sender: { id: arrival.senderId },
      conversation: { kind: arrival.kind, id: arrival.peer.id },
      route: { agentId: "main", accountId: "default", routeSessionKey: "agent:main:main" },
      reply: { to: arrival.to },
      message: { rawBody: arrival.text },
      ...(quote && { supplemental: { quote } }),
      contextVisibility: contextVisibility(cfg, "default"),
    });
    return context.ReplyToBody;
  };
}

const LISTED = { groups: { "cidTeam==": { allowFrom: ["ann", "bob"] } } };
const MALLORY = reply(opaque("mallory"));

test("shows the agent what is quoted, whoever said it, unless told otherwise", async () => {
  const seen = await desk(LISTED);
  expect(await seen(MALLORY)).toBe("the quoted words");
  expect(await seen(reply(opaque("bob")))).toBe("the quoted words");
  expect(await seen(reply(undefined))).toBe("the quoted words");
});

test("contextVisibility: keeps the words of people from the agent who may not use the robot there", async () => {
  const seen = await desk({ ...LISTED, contextVisibility: "allowlist" });
  expect(await seen(MALLORY)).toBeUndefined();
  expect(await seen(reply(undefined)), "nobody knows whose").toBeUndefined();
  expect(await seen(reply(opaque("bob"))), "known by name since they wrote").toBe("the quoted words");
  expect(await seen(reply(opaque("ann"))), "their own").toBe("the quoted words");
  const explicit = await desk({ ...LISTED, contextVisibility: "allowlist_quote" });
  expect(await explicit(MALLORY)).toBe("the quoted words");
});

test("takes everybody for let in where a group is open to everybody", async () => {
  const seen = await desk({ groupPolicy: "open", contextVisibility: "allowlist" });
  expect(await seen(MALLORY)).toBe("the quoted words");
});

test("leaves out the robot's own words, which the agent has in its session, and quotes without words", async () => {
  const seen = await desk({ groupPolicy: "open" });
  expect(await seen(reply(ROBOT))).toBeUndefined();
  expect(await seen(reply(opaque("bob"), " "))).toBeUndefined();
});

test.each<OpenClawConfig>([
  {},
  { channels: { defaults: { contextVisibility: "allowlist" } } },
  { channels: { dingtalk: { contextVisibility: "allowlist_quote" } } },
  {
    channels: {
      defaults: { contextVisibility: "allowlist" },
      dingtalk: { contextVisibility: "all", accounts: { Ops: { contextVisibility: "allowlist_quote" } } },
    },
  },
])("reads contextVisibility where OpenClaw does: %j", (cfg) => {
  for (const accountId of ["default", "ops"])
    expect(contextVisibility(cfg, accountId)).toBe(
      resolveChannelContextVisibilityMode({ cfg, channel: "dingtalk", accountId }),
    );
});

test("reads a value of contextVisibility that does not exist as the strictest", () => {
  const cfg = { channels: { dingtalk: { contextVisibility: "everything" } } };
  expect(contextVisibility(cfg, "default")).toBe("allowlist");
});
