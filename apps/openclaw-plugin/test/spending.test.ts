import { createMemoryState, parseRobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { createHouseRules } from "../src/house-rules.ts";
import type { HouseRules } from "../src/house-rules.ts";
import { registerRunUsage, tellRunUsage } from "../src/run-usage.ts";
import { createSpending } from "../src/spending.ts";
import type { Spending } from "../src/spending.ts";
import { nextRound } from "./budget-desk.ts";

const GROUP = "cidTeam==";
const HOUR_MS = 3_600_000;

interface Desk {
  readonly rules: HouseRules;
  readonly clock: ManualClock;
  readonly spending: Spending;
}

function desk(limits: object, log = createRecordingLogger()): Desk {
  const dingtalk = {
    clientId: "ding1",
    clientSecret: "s",
    dmPolicy: "open",
    allowFrom: ["*"],
    groupPolicy: "open",
    limits,
  };
  const cfg = { channels: { dingtalk } };
  const { settings } = resolveAccount(cfg);
  if (settings === undefined) throw new Error("the test's settings do not fit");
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  const nowMs = (): number => clock.nowMs();
  const core = {
    channel: { text: { hasControlCommand: (text?: string) => text?.startsWith("/") === true } },
  };
  const rules = createHouseRules({ core, cfg, settings }, { state, nowMs, robotId: "ding1" });
  const spending = createSpending({ rules, state, robotId: "ding1", nowMs, log });
  return { rules, clock, spending };
}

let said = 0;

function say(staffId: string, where: "direct" | "group" = "direct"): Arrival {
  const arrival = describeArrival(
    parseRobotMessage({
      // The limits count a message once.
      msgId: `m${(said += 1)}`,
      conversationId: where === "group" ? GROUP : `cidDirect${staffId}`,
      conversationType: where === "group" ? "2" : "1",
      senderStaffId: staffId,
      isInAtList: true,
      msgtype: "text",
      text: { content: "hello" },
    }),
  );
  if (arrival === undefined) throw new Error("nobody said it");
  return arrival;
}

test("limits.sender.spend: who has used up so many tokens is told so, until the time is over", async () => {
  const { rules, clock, spending } = desk({ sender: { spend: { max: 1_000, perMs: HOUR_MS } } });
  spending.began("run-1", say("ann"));
  tellRunUsage("run-1", { input: 500, output: 100, cacheRead: 300 });
  spending.began("run-2", say("ann", "group"));
  await nextRound();
  expect(await rules.decide(say("ann"))).toMatchObject({ kind: "dispatch" });
  tellRunUsage("run-2", { input: 1, output: 1, total: 100 });
  await spending[Symbol.asyncDispose]();
  expect(await rules.decide(say("ann"))).toMatchObject({
    kind: "deny",
    reason: "sender_spend_exhausted",
    retryAfterMs: HOUR_MS,
  });
  expect(await rules.decide(say("bob"))).toMatchObject({ kind: "dispatch" });
  await clock.advance(HOUR_MS);
  expect(await rules.decide(say("ann"))).toMatchObject({ kind: "dispatch" });
});

test("limits.group.spend: a group pays for all who write in it", async () => {
  const { rules, spending } = desk({ group: { spend: { max: 100, perMs: HOUR_MS } } });
  spending.began("run-3", say("ann", "group"));
  tellRunUsage("run-3", { total: 60 });
  spending.began("run-4", say("bob", "group"));
  tellRunUsage("run-4", { total: 60 });
  await spending[Symbol.asyncDispose]();
  expect(await rules.decide(say("cleo", "group"))).toMatchObject({ reason: "group_spend_exhausted" });
  expect(await rules.decide(say("ann"))).toMatchObject({ kind: "dispatch" });
});

test("counts a run once, by what comes with its last words, and nothing that nobody limits", async () => {
  const { rules, spending } = desk({ sender: { spend: { max: 100, perMs: HOUR_MS } } });
  spending.began("run-5", say("ann"));
  tellRunUsage("run-5", undefined);
  tellRunUsage("run-5", { total: 60 });
  tellRunUsage("run-5", { total: 60 });
  tellRunUsage("of somebody else", { total: 60 });
  await spending[Symbol.asyncDispose]();
  expect(await rules.decide(say("ann"))).toMatchObject({ kind: "dispatch" });
  const free = desk({});
  free.spending.began("run-6", say("ann"));
  tellRunUsage("run-6", { total: 1_000_000 });
  await free.spending[Symbol.asyncDispose]();
  expect(await free.rules.decide(say("ann"))).toMatchObject({ kind: "dispatch" });
});

test("loses no charge to a message that is counted at the same moment", async () => {
  for (let turns = 0; turns < 12; turns += 1) {
    const messages = { max: 10, perMs: HOUR_MS };
    const { rules, spending } = desk({ sender: { messages, spend: { max: 100, perMs: HOUR_MS } } });
    spending.began(`race-${turns}`, say("ann"));
    const deciding = rules.decide(say("ann"));
    for (let i = 0; i < turns; i += 1) await Promise.resolve();
    tellRunUsage(`race-${turns}`, { total: 100 });
    await deciding;
    await spending[Symbol.asyncDispose]();
    expect(await rules.decide(say("ann")), `${turns}`).toMatchObject({ reason: "sender_spend_exhausted" });
  }
});

test.for([
  [{}, []],
  [{ limits: { sender: { messages: { max: 1, perMs: HOUR_MS } } } }, []],
  [{ limits: { group: { spend: { max: 1, perMs: HOUR_MS } } } }, ["reply_payload_sending"]],
] as const)("asks the host for tokens only where they are limited: %j", ([settings, asked]) => {
  const config = { channels: { dingtalk: { clientId: "ding1", clientSecret: "s", ...settings } } };
  const hooks: string[] = [];
  registerRunUsage({ config, on: (name) => void hooks.push(name) });
  expect(hooks).toEqual(asked);
  const log = createRecordingLogger();
  const limits = { sender: { spend: { max: 1, perMs: HOUR_MS } } };
  desk(limits, log);
  expect(log.lines.map(({ fields }) => fields["next"])).toEqual(
    asked.length > 0 ? [] : [expect.stringContaining("openclaw plugins reload dingtalk")],
  );
});
