import { policyOf, resolveAccount } from "@dingtalk-kit/config";
import { decide, resolvePolicy } from "@dingtalk-kit/policy";
import type { Decision, MessageFacts, Policy, ResolvedPolicy } from "@dingtalk-kit/policy";
import { expect, test } from "vitest";

function policy(section: unknown): ResolvedPolicy {
  const { settings, problems } = resolveAccount({
    path: "channels.dingtalk",
    section,
    accountKey: undefined,
  });
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  const plain: Policy = policyOf(settings);
  return resolvePolicy(plain);
}

function decided(section: unknown, facts: Partial<MessageFacts> & { readonly from?: string }): Decision {
  const { from = "user01", ...rest } = facts;
  return decide(policy(section), {
    conversation: { type: "direct", id: "cid-direct" },
    sender: { id: from, kind: "person", paired: false },
    mentionsRobot: false,
    mentionsAnybody: false,
    mentionsEverybody: false,
    command: "none",
    text: "hello",
    ...rest,
  });
}

const group = (id: string, text = "hello"): Partial<MessageFacts> => ({
  conversation: { type: "group", id },
  mentionsRobot: true,
  mentionsAnybody: true,
  text,
});

const agentOf = (section: unknown, facts: Partial<MessageFacts>): string | undefined => {
  const decision = decided(section, facts);
  return decision.kind === "dispatch" ? decision.agent : decision.reason;
};

test("says nothing that the policy cannot read, and everything that it can", () => {
  expect(policy({}).problems).toEqual([]);
  expect(Object.keys(policyOfAll()).toSorted()).toEqual(
    Object.keys(resolvePolicy({}))
      .filter((key) => key !== "problems")
      .toSorted(),
  );
});

function policyOfAll(): Policy {
  const { settings } = resolveAccount({ path: "x", section: {}, accountKey: undefined });
  if (settings === undefined) throw new Error("the defaults do not fit");
  return policyOf(settings);
}

test("leads messages to the agents that a recipe names", () => {
  const section = {
    dmPolicy: "open",
    allowFrom: ["*"],
    groupPolicy: "open",
    default_agent: "main",
    group_routing: {
      keyword_routes: { report: "reporting-agent", 翻译: "translation-agent" },
      default_agent: "team",
    },
  };
  expect(agentOf(section, { text: "report, please" })).toBe("main");
  expect(agentOf(section, group("cidA", "the Report, please"))).toBe("reporting-agent");
  expect(agentOf(section, group("cidA", "请翻译一下"))).toBe("translation-agent");
  expect(agentOf(section, group("cidA"))).toBe("team");
});

test("stays out of private chats and mentions when told so [S1-19 S1-20]", () => {
  const open = { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" };
  expect(decided({ ...open, respond_to_private: false }, {}).reason).toBe("private_chats_off");
  expect(decided({ ...open, respond_to_mentions: false }, group("cidA")).reason).toBe("mentions_off");
  expect(decided(open, {}).kind).toBe("dispatch");
  expect(decided(open, group("cidA")).kind).toBe("dispatch");
});

test("decides by groupPolicy and allowFrom, which is empty when unset [S2-45 S2-46]", () => {
  expect(decided({ groupPolicy: "open" }, group("cidA")).kind).toBe("dispatch");
  expect(decided({ groupPolicy: "allowlist" }, group("cidA")).kind).toBe("deny");
  expect(decided({ groupPolicy: "allowlist", groups: { cidA: {} } }, group("cidA")).kind).toBe("dispatch");
  expect(decided({ dmPolicy: "allowlist" }, {}).kind).toBe("deny");
  expect(decided({ dmPolicy: "allowlist", allowFrom: ["user01"] }, {}).kind).toBe("dispatch");
  expect(decided({ dmPolicy: "allowlist", allowFrom: ["user02"] }, {}).kind).toBe("deny");
});

test("opens a group that stands among people to everybody in it, and no other", () => {
  const listed = { groupAllowFrom: ["cidAAAAAAAA==", "group:cid-short"], groups: { cidC: {} } };
  expect(decided(listed, group("cidAAAAAAAA==")).kind).toBe("dispatch");
  expect(decided(listed, group("cid-short")).kind).toBe("dispatch");
  expect(decided(listed, group("cidBBBBBBBB==")).kind).toBe("deny");
  expect(decided(listed, group("cidC")).kind).toBe("deny");
});

test("reads groups and their people from two lists of another plugin", () => {
  const lists = { groupAllowFrom: ["cidAAAAAAAA=="], groupSenderAllowFrom: ["user02"] };
  expect(decided(lists, group("cidAAAAAAAA==")).kind).toBe("deny");
  expect(decided(lists, { ...group("cidAAAAAAAA=="), from: "user02" }).kind).toBe("dispatch");
  expect(decided(lists, { ...group("cidBBBBBBBB=="), from: "user02" }).kind).toBe("deny");
  expect(decided({ ...lists, groupSenderAllowFrom: [] }, group("cidAAAAAAAA==")).kind).toBe("deny");
});

test("lets only the people of a mixed list into its groups", () => {
  const mixed = { groupAllowFrom: ["cidAAAAAAAA==", "user02"] };
  expect(decided(mixed, group("cidAAAAAAAA==")).kind).toBe("deny");
  expect(decided(mixed, { ...group("cidAAAAAAAA=="), from: "user02" }).kind).toBe("dispatch");
  expect(decided(mixed, { ...group("cidBBBBBBBB=="), from: "user02" }).kind).toBe("deny");
});
