import { createMemoryState, parseRobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { createHouseRules } from "../src/house-rules.ts";
import type { HouseRules } from "../src/house-rules.ts";

const ROBOT_A = "$:LWCP_v1:$robotA";
const ROBOT_B = "$:LWCP_v1:$robotB";
const OPEN = { groupPolicy: "open" };

interface Account {
  readonly rules: HouseRules;
  readonly clock: ReturnType<typeof createManualClock>;
}

/** One of the accounts of a gateway; each has an app of its own. */
function openAccount(accountId: string, accounts: Readonly<Record<string, object>>): Account {
  const named = Object.entries(accounts).map(([id, settings]) => [
    id,
    { clientId: `ding-${id}`, clientSecret: "s", ...settings },
  ]);
  const cfg = { channels: { dingtalk: { accounts: Object.fromEntries(named) } } };
  const { settings, clientId } = resolveAccount(cfg, accountId);
  if (settings === undefined || clientId === undefined) throw new Error("the test's settings do not fit");
  const clock = createManualClock();
  const kept = { state: createMemoryState({ clock }), nowMs: () => clock.nowMs(), robotId: clientId };
  const core = { channel: { text: { hasControlCommand: () => false } } };
  return { rules: createHouseRules({ core, cfg, settings }, kept), clock };
}

let messages = 0;

function mention(from: string, to: string | undefined): Arrival {
  const arrival = describeArrival(
    parseRobotMessage({
      msgId: `m${(messages += 1)}`,
      conversationId: "cidTeam==",
      conversationType: "2",
      senderId: from,
      chatbotUserId: to,
      isInAtList: true,
      msgtype: "text",
      text: { content: "hello" },
    }),
  );
  if (arrival === undefined) throw new Error("nobody said it");
  return arrival;
}

test("allowBots: ignores a robot whose account names it by chatbotUserId, and answers it where told to", async () => {
  const a = { ...OPEN, chatbotUserId: ROBOT_A };
  const said = mention(ROBOT_A, ROBOT_B);
  const unnamed = openAccount("b", { a: OPEN, b: OPEN }).rules;
  expect(unnamed.ignoredRobot(said)).toBeUndefined();
  const off = openAccount("b", { a, b: OPEN }).rules;
  expect(off.ignoredRobot(said)).toEqual({ kind: "skip", reason: "bot_message" });
  const on = openAccount("b", { a, b: { ...OPEN, allowBots: true } }).rules;
  expect(on.ignoredRobot(said)).toBeUndefined();
  expect((await on.decide(said)).kind).toBe("dispatch");
  const strict = openAccount("b", { a, b: { allowBots: true, groupAllowFrom: ["ann"] } }).rules;
  expect((await strict.decide(said)).kind).toBe("deny");
});

test("chatbotUserId: ignores its own words, also when the message does not name the robot", () => {
  const own = mention(ROBOT_A, undefined);
  expect(openAccount("a", { a: { ...OPEN, allowBots: true } }).rules.ignoredRobot(own)).toBeUndefined();
  const named = openAccount("a", { a: { ...OPEN, allowBots: true, chatbotUserId: ROBOT_A } }).rules;
  expect(named.ignoredRobot(own)).toEqual({ kind: "skip", reason: "own_message" });
  expect(named.ignoredRobot(mention(ROBOT_B, ROBOT_B))).toEqual({ kind: "skip", reason: "own_message" });
});

test("knows the robot of another account once that account has got a message", () => {
  const c = openAccount("c", { c: OPEN, d: OPEN }).rules;
  const d = openAccount("d", { c: OPEN, d: OPEN }).rules;
  const robotC = "$:LWCP_v1:$robotC";
  expect(d.ignoredRobot(mention(robotC, "$:LWCP_v1:$robotD"))).toBeUndefined();
  expect(c.ignoredRobot(mention("$:LWCP_v1:$ann", robotC))).toBeUndefined();
  expect(d.ignoredRobot(mention(robotC, "$:LWCP_v1:$robotD"))).toMatchObject({ reason: "bot_message" });
});

test("botLoopProtection: keeps two robots apart after so many messages, for the pause that is set", async () => {
  const botLoopProtection = { maxEventsPerWindow: 2, windowSeconds: 60, cooldownSeconds: 30 };
  const b = { ...OPEN, allowBots: true, botLoopProtection };
  const { rules, clock } = openAccount("b", { a: { chatbotUserId: ROBOT_A }, b });
  const next = async (): Promise<string> => (await rules.decide(mention(ROBOT_A, ROBOT_B))).kind;
  expect([await next(), await next()]).toEqual(["dispatch", "dispatch"]);
  expect(await rules.decide(mention(ROBOT_A, ROBOT_B))).toEqual({ kind: "skip", reason: "bot_loop" });
  expect((await rules.decide(mention("$:LWCP_v1:$ann", ROBOT_B))).kind).toBe("dispatch");
  await clock.advance(30_000);
  expect(await next()).toBe("dispatch");
});
