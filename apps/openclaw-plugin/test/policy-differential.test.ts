import { policyOf, resolveAccount } from "@dingtalk-kit/config";
import type { Decision, MessageFacts, ResolvedPolicy } from "@dingtalk-kit/policy";
import { decide, resolvePolicy } from "@dingtalk-kit/policy";
import { beforeAll, expect, test } from "vitest";

import type { Verdict } from "./host-decision.ts";
import { decideByHost } from "./host-decision.ts";
import type { PolicyCase } from "./policy-cases.ts";
import { samplePolicyCases } from "./policy-cases.ts";

const SEED = 20_261_121;
const COUNT = 6_000;

type Decide = (policy: ResolvedPolicy, facts: MessageFacts) => Decision;

/** Ours where we tell apart what is one reason to the host. */
const HOST_WORDS: Readonly<Record<string, string>> = {
  dm_policy_paired: "dm_policy_allowlisted",
  group_listed: "group_policy_open",
  private_chats_off: "dm_policy_disabled",
};

/** What the host can only refuse, and we pass over. Nobody hears of either. */
const STAYS_OUT: ReadonlySet<string> = new Set(["private_chats_off", "mentions_off"]);

interface Difference {
  readonly section: PolicyCase["section"];
  readonly facts: MessageFacts;
  readonly host: Verdict;
  readonly ours: Verdict;
}

let cases: readonly (PolicyCase & { readonly policy: ResolvedPolicy; readonly host: Verdict })[] = [];

beforeAll(async () => {
  const sampled = samplePolicyCases(SEED, COUNT);
  cases = await Promise.all(
    sampled.map(async (one) => ({
      ...one,
      policy: resolvePolicy({ ...policyOf(one.settings), accessGroups: one.accessGroups }),
      host: await decideByHost(one),
    })),
  );
}, 60_000);

function verdictOf(decision: Decision): Verdict {
  const { kind, reason } = decision;
  const mayCommand = kind === "dispatch" ? decision.rights !== "none" : undefined;
  return { kind: STAYS_OUT.has(reason) ? "deny" : kind, reason: HOST_WORDS[reason] ?? reason, mayCommand };
}

/** Where a way of deciding differs from the host. */
function differences(decideBy: Decide): readonly Difference[] {
  return cases.flatMap(({ section, facts, policy, host }) => {
    const ours = verdictOf(decideBy(policy, facts));
    const same =
      ours.kind === host.kind && ours.reason === host.reason && ours.mayCommand === host.mayCommand;
    return same ? [] : [{ section, facts, host, ours }];
  });
}

function countBy(keyOf: (host: Verdict) => string): Readonly<Record<string, number>> {
  const groups = Object.groupBy(cases, ({ host }) => keyOf(host));
  return Object.fromEntries(Object.entries(groups).map(([key, members]) => [key, members?.length ?? 0]));
}

test("the relay decides as OpenClaw does for the plugin, in every generated case [S1-19 S1-20 S3-20 S3-21]", () => {
  const kinds = countBy(({ kind }) => kind);
  const shares = Object.entries(kinds).map(
    ([kind, count]) => `${kind} ${((100 * count) / cases.length).toFixed(1)} %`,
  );
  const found = differences(decide);
  console.log(
    `${cases.length} cases of seed ${SEED} (${COUNT - cases.length} drawn accounts cannot start): ` +
      `${shares.join(", ")}; ${found.length} differences`,
  );
  console.log(countBy(({ kind, reason }) => `${kind} ${reason}`));
  expect(found.slice(0, 5)).toEqual([]);
  expect(cases.length).toBeGreaterThan(COUNT * 0.8);
  for (const kind of ["dispatch", "pair", "deny", "skip"])
    expect(kinds[kind], kind).toBeGreaterThan(cases.length * 0.05);
});

test("ownerAllowFrom: OpenClaw lets an owner command in a group that is open to everybody, and nobody else", async () => {
  const [sample] = samplePolicyCases(SEED, 1);
  if (sample === undefined) throw new Error("no sample");
  const facts: MessageFacts = {
    ...sample.facts,
    conversation: { type: "group", id: "cidTeam==" },
    sender: { id: "ann", kind: "person", paired: false },
    mentionsRobot: true,
    command: "control",
  };
  const command = async (ownerAllowFrom: readonly string[]): Promise<string> => {
    const section = { groupPolicy: "open", ownerAllowFrom };
    const { settings } = resolveAccount({ path: "channels.dingtalk", section, accountKey: undefined });
    if (settings === undefined) throw new Error("the test's settings do not fit");
    return (await decideByHost({ ...sample, section, settings, facts })).reason;
  };
  expect(await command([])).toBe("control_command_unauthorized");
  expect(await command(["bob", "*"])).toBe("control_command_unauthorized");
  expect(await command(["ann"])).toBe("group_policy_open");
});

test("every reason that both have is among the cases, so that none is compared by name only", () => {
  const reasons = countBy(({ reason }) => reason);
  for (const reason of [
    "dm_policy_open",
    "dm_policy_allowlisted",
    "dm_policy_pairing_required",
    "dm_policy_disabled",
    "dm_policy_not_allowlisted",
    "group_policy_open",
    "group_policy_allowed",
    "group_policy_disabled",
    "group_disabled",
    "group_not_listed",
    "group_policy_empty_allowlist",
    "group_policy_not_allowlisted",
    "access_group_missing",
    "access_group_unsupported",
    "control_command_unauthorized",
    "activation_skipped",
    "mentions_off",
  ])
    expect(reasons[reason], reason).toBeGreaterThan(20);
});

/** Bugs that such code has had elsewhere, each as a copy of `decide` that makes it. */
const BUGS: Readonly<Record<string, Decide>> = {
  "a mention is not needed": (policy, facts) => decide(policy, { ...facts, mentionsRobot: true }),
  "letter case of ids does not matter": (policy, facts) =>
    decide(policy, { ...facts, sender: { ...facts.sender, id: facts.sender.id?.toLowerCase() } }),
  'dmPolicy "open" needs no "*"': (policy, facts) =>
    decide(
      policy.dmPolicy === "open"
        ? { ...policy, allowFrom: { ...policy.allowFrom, everybody: true } }
        : policy,
      facts,
    ),
  "approvals outlive the policy that they were made for": (policy, facts) =>
    decide(
      policy.dmPolicy === "allowlist" && facts.sender.paired ? { ...policy, dmPolicy: "pairing" } : policy,
      facts,
    ),
  "an empty list means everybody": (policy, facts) =>
    decide(
      policy.groupAllowFrom?.configured === false
        ? { ...policy, groupAllowFrom: { ...policy.groupAllowFrom, configured: true, everybody: true } }
        : policy,
      facts,
    ),
  "groupAllowFrom falls back to allowFrom": (policy, facts) =>
    decide({ ...policy, groupAllowFrom: policy.groupAllowFrom ?? policy.allowFrom }, facts),
  "a group that is switched off is answered": (policy, facts) =>
    decide({ ...policy, groups: changeGroups(policy, { enabled: true }) }, facts),
  "a group's own list of people is not looked at": (policy, facts) =>
    decide({ ...policy, groups: changeGroups(policy, { allowFrom: undefined }) }, facts),
  "a command needs no mention although somebody else is mentioned": (policy, facts) =>
    decide(policy, { ...facts, mentionsAnybody: false }),
  "everybody who may chat may command": (policy, facts) => {
    const decision = decide(policy, facts);
    return decision.reason === "control_command_unauthorized"
      ? decide(policy, { ...facts, command: "none" })
      : decision;
  },
  "mentions are answered although the robot is told not to": (policy, facts) =>
    decide({ ...policy, respondToMentions: true }, facts),
  "1:1 chats are answered although the robot is told not to": (policy, facts) =>
    decide({ ...policy, respondToPrivate: true }, facts),
  "owners may not command": (policy, facts) =>
    decide({ ...policy, ownerAllowFrom: { ...policy.ownerAllowFrom, ids: new Set() } }, facts),
  "a missing access group is not named": (policy, facts) => {
    const decision = decide(policy, facts);
    return decision.reason === "access_group_missing"
      ? { kind: "deny", reason: "dm_policy_not_allowlisted" }
      : decision;
  },
};

function changeGroups(
  { groups }: ResolvedPolicy,
  change: Partial<NonNullable<ReturnType<NonNullable<ResolvedPolicy["groups"]>["get"]>>>,
): ResolvedPolicy["groups"] {
  return groups && new Map([...groups].map(([id, group]) => [id, { ...group, ...change }]));
}

test.for(Object.entries(BUGS))("the comparison catches a copy in which %s", ([name, bug]) => {
  const found = differences(bug);
  console.log(`${name}: ${found.length} differences`);
  expect(found.length).toBeGreaterThan(0);
});

test.for([
  ["chief", "dispatch"],
  ["owner", "dispatch"],
  ["ann", "deny"],
] as const)("the host hears of commandAllowFrom: %s in a group that is open to all", async ([id, kind]) => {
  const section = {
    groups: { "cidTeam==": {} },
    allowFrom: ["ann"],
    commandAllowFrom: ["chief"],
    ownerAllowFrom: ["owner"],
  };
  const { settings } = resolveAccount({ path: "channels.dingtalk", section, accountKey: undefined });
  if (settings === undefined) throw new Error("the test's settings do not fit");
  const facts: MessageFacts = {
    conversation: { type: "group", id: "cidTeam==" },
    sender: { id, kind: "person", paired: false },
    mentionsRobot: true,
    mentionsAnybody: true,
    mentionsEverybody: false,
    command: "control",
    text: "/stop",
  };
  const host = await decideByHost({ section, settings, accessGroups: {}, facts });
  expect(host.kind).toBe(kind);
  expect(decide(resolvePolicy(policyOf(settings)), facts).kind).toBe(kind);
});
