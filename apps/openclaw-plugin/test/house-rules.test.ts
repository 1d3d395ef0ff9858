import { createMemoryState, parseRobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { buildAgentSessionKey, resolveAgentRoute } from "openclaw/plugin-sdk/routing";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { routeMessage } from "../src/agent-route.ts";
import type { AgentRoute } from "../src/agent-route.ts";
import { describeArrival } from "../src/arrival.ts";
import type { Arrival } from "../src/arrival.ts";
import { groupEntry, messageTypeFor } from "../src/group-gate.ts";
import { createHouseRules } from "../src/house-rules.ts";
import type { HouseRules } from "../src/house-rules.ts";

const GROUP = "cidTeam==";

interface Desk {
  readonly rules: HouseRules;
  readonly clock: ReturnType<typeof createManualClock>;
  readonly route: (arrival: Arrival) => AgentRoute;
  readonly settings: Parameters<typeof messageTypeFor>[0];
}

function desk(dingtalk: object, rest: object = {}): Desk {
  const cfg = { channels: { dingtalk: { clientId: "ding1", clientSecret: "s", ...dingtalk } }, ...rest };
  const { settings } = resolveAccount(cfg);
  if (settings === undefined) throw new Error("the test's settings do not fit");
  const clock = createManualClock();
  const core = {
    channel: {
      routing: { resolveAgentRoute, buildAgentSessionKey },
      text: { hasControlCommand: (text?: string) => text?.startsWith("/") === true },
    },
  };
  const kept = { state: createMemoryState({ clock }), nowMs: () => clock.nowMs(), robotId: "ding1" };
  const rules = createHouseRules({ core, cfg, settings }, kept);
  return {
    rules,
    clock,
    settings,
    route: (arrival) => routeMessage(arrival, { core, cfg, settings, rules, accountId: "default" }),
  };
}

let said = 0;

function say(text: string, where: "direct" | "group" = "direct", staffId = "ann"): Arrival {
  const arrival = describeArrival(
    parseRobotMessage({
      msgId: `m${(said += 1)}`,
      conversationId: where === "group" ? GROUP : "cidDirect",
      conversationType: where === "group" ? "2" : "1",
      senderStaffId: staffId,
      isInAtList: true,
      msgtype: "text",
      text: { content: text },
    }),
  );
  if (arrival === undefined) throw new Error("nobody said it");
  return arrival;
}

const agents = { list: [{ id: "main", default: true }, { id: "reporting" }, { id: "team" }] };

test("sends a message with a keyword to the agent named for it, in Chinese and English, and others to the default [S1-29]", () => {
  const { route } = desk({ keywordRoutes: { 报表: "reporting", "weekly report": "team" } }, { agents });
  expect(route(say("请发今天的日报表"))).toMatchObject({
    route: { agentId: "reporting" },
    why: 'keyword "报表"',
  });
  expect(route(say("Where is the Weekly  Report?")).route.agentId).toBe("team");
  expect(route(say("hello")).route.agentId).toBe("main");
  expect(route(say("请发今天的日报表")).route.sessionKey).toMatch(/^agent:reporting:/);
});

test("lets default agents answer when no keyword matches, those of groups there [S1-21 S1-30]", () => {
  const { route } = desk({ defaultAgent: "reporting", groupDefaultAgent: "team" }, { agents });
  expect(route(say("hello"))).toMatchObject({ route: { agentId: "reporting" }, why: "default" });
  expect(route(say("hello", "group"))).toMatchObject({ route: { agentId: "team" }, why: "group-default" });
});

test("lets a group name its own agent, prompt, way of replying, and a session for each person", () => {
  const groups = {
    [GROUP]: { agent: "team", systemPrompt: "Be brief.", messageType: "card", sessionScope: "group_sender" },
  };
  const { route, settings } = desk({ groups, groupMessageType: "markdown" }, { agents });
  const ann = route(say("hello", "group", "ann"));
  const bob = route(say("hello", "group", "bob"));
  expect(ann).toMatchObject({ route: { agentId: "team" }, why: "group" });
  expect(ann.route.sessionKey).not.toBe(bob.route.sessionKey);
  expect(groupEntry(settings, GROUP)?.systemPrompt).toBe("Be brief.");
  expect(messageTypeFor(settings, { kind: "group", id: GROUP })).toBe("card");
  expect(messageTypeFor(settings, { kind: "group", id: "cidOther" })).toBe("markdown");
  expect(messageTypeFor(settings, { kind: "direct", id: "ann" })).toBe("markdown");
});

test("groupSessionScope: people of a group share a session, or have one each", () => {
  expect(new Set(groupSessions({})).size).toBe(1);
  expect(new Set(groupSessions({ groupSessionScope: "group_sender" })).size).toBe(2);
});

/** The sessions that two people in one group have. */
function groupSessions(dingtalk: object): readonly string[] {
  const { route } = desk(dingtalk);
  return ["ann", "bob"].map((staffId) => route(say("hello", "group", staffId)).route.sessionKey);
}

test("groupMessageType: answers in groups look as it says, in 1:1 chats as messageType", () => {
  const { settings } = desk({ messageType: "card", groupMessageType: "markdown" });
  expect(messageTypeFor(settings, { kind: "group", id: GROUP })).toBe("markdown");
  expect(messageTypeFor(settings, { kind: "direct", id: "ann" })).toBe("card");
});

test("passes over an agent that does not exist, and names it", () => {
  const { route } = desk({ defaultAgent: "reprting" }, { agents });
  expect(route(say("hello"))).toMatchObject({ route: { agentId: "main" }, unknownAgent: "reprting" });
});

test("names the agent where OpenClaw has several and none of them is the default", () => {
  const undecided = { list: [{ id: "main" }, { id: "team" }] };
  const { route } = desk({ defaultAgent: "team" }, { agents: undecided });
  expect(route(say("hello"))).toMatchObject({ route: { agentId: "team" }, why: "default" });
  expect(() => desk({}, { agents: undecided }).route(say("hello"))).toThrow(/no explicit owner/);
});

test("prefers a binding of the host to our defaults, and a keyword to both", () => {
  const bindings = [{ agentId: "team", match: { channel: "dingtalk", peer: { kind: "direct", id: "ann" } } }];
  const settings = { defaultAgent: "main", keywordRoutes: { 报表: "reporting" } };
  const { route } = desk(settings, { agents, bindings });
  expect(route(say("hello")).route.agentId).toBe("team");
  expect(route(say("报表")).route.agentId).toBe("reporting");
});

test("holds a person to the limit of messages, says so once, and lets commands pass", async () => {
  const limits = { sender: { messages: { max: 2, perMs: 60_000 } } };
  const { rules, clock } = desk({ dmPolicy: "open", allowFrom: ["*", "ann"], limits });
  const kinds: string[] = [];
  for (let i = 0; i < 3; i += 1) kinds.push((await rules.decide(say(`question ${i}`))).kind);
  expect(kinds).toEqual(["dispatch", "dispatch", "deny"]);
  const refused = await rules.decide(say("again"));
  expect(refused).toMatchObject({ kind: "deny", reason: "sender_rate_limited" });
  expect(await rules.replyTo(say("again"), refused)).toMatch(/\S/);
  expect(await rules.replyTo(say("again"), refused)).toBeUndefined();
  expect((await rules.decide(say("/stop"))).kind).toBe("dispatch");
  await clock.advance(30_000);
  expect((await rules.decide(say("later"))).kind).toBe("dispatch");
});

test("refuses a command of somebody who is not on commandAllowFrom", async () => {
  const { rules } = desk({ dmPolicy: "open", allowFrom: ["*"], commandAllowFrom: ["boss"] });
  expect((await rules.decide(say("hello"))).kind).toBe("dispatch");
  expect(await rules.decide(say("/stop"))).toMatchObject({
    kind: "deny",
    reason: "control_command_unauthorized",
  });
  expect((await rules.decide(say("/stop", "direct", "boss"))).kind).toBe("dispatch");
});

test("ownerAllowFrom: an owner may command where commandAllowFrom names others; everybody makes nobody one", async () => {
  const settings = { dmPolicy: "open", allowFrom: ["*"], commandAllowFrom: ["boss"] };
  const command = async (ownerAllowFrom: readonly string[]): Promise<string> =>
    (await desk({ ...settings, ownerAllowFrom }).rules.decide(say("/stop"))).kind;
  expect(await command([])).toBe("deny");
  expect(await command(["ann"])).toBe("dispatch");
  expect(await command(["*"])).toBe("deny");
});

test("counts a message once, however often it is tried", async () => {
  const limits = { sender: { messages: { max: 1, perMs: 60_000 } } };
  const { rules } = desk({ dmPolicy: "open", allowFrom: ["*"], limits });
  const message = say("a long question");
  for (const attempt of [1, 2, 3]) expect((await rules.decide(message)).kind, `${attempt}`).toBe("dispatch");
  const next = say("another one");
  expect(await rules.decide(next)).toMatchObject({ kind: "deny", reason: "sender_rate_limited" });
});

test("lets those on commandAllowFrom command, and nobody else, also in the middle of a text", () => {
  const lists = {
    dmPolicy: "allowlist",
    allowFrom: ["ann", "boss"],
    groups: { [GROUP]: { allowFrom: ["ann"] } },
  };
  const { rules } = desk({ ...lists, commandAllowFrom: ["boss"] });
  expect(rules.mayCommand(say("hello /model demo/other"))).toBe(false);
  expect(rules.mayCommand(say("hello /model demo/other", "group"))).toBe(false);
  expect(rules.mayCommand(say("hello /model demo/other", "direct", "boss"))).toBe(true);
  expect(desk(lists).rules.mayCommand(say("hello /model demo/other", "group"))).toBe(true);
});

test("tells whoever may chat that they may not command, and strangers nothing unless told to", async () => {
  const { rules } = desk({ groups: { [GROUP]: {} } });
  const stop = say("/stop", "group");
  expect(rules.judge(stop)).toMatchObject({ kind: "deny", reason: "control_command_unauthorized" });
  expect(await rules.replyTo(stop, rules.judge(stop))).toBe(
    "You may chat with this robot, and not command it.",
  );
  const strangers = { dmPolicy: "allowlist", allowFrom: ["boss"] };
  const quiet = desk(strangers).rules;
  expect(await quiet.replyTo(say("hello"), quiet.judge(say("hello")))).toBeUndefined();
  const open = desk({ ...strangers, denialReplies: "all" }).rules;
  expect(await open.replyTo(say("hello"), open.judge(say("hello")))).toMatch(/not on the list of people/);
});
