import { describe, expect, test } from "vitest";

import { decideBy, direct, inGroup } from "./facts.ts";

const reasonOf = (...args: Parameters<typeof decideBy>): string => {
  const { kind, reason } = decideBy(...args);
  return `${kind} ${reason}`;
};

const agentOf = (...args: Parameters<typeof decideBy>): unknown => {
  const decision = decideBy(...args);
  return decision.kind === "dispatch" ? [decision.agentFrom, decision.agent] : decision;
};

/** A policy that lists one entry. */
const listing = (entry: string | number) => ({ dmPolicy: "allowlist", allowFrom: [entry] }) as const;

/** A policy that lists the team's group. */
const teamOf = (allowFrom?: readonly string[]) => ({ groups: { "cid-team": { allowFrom } } });

/** A command for owners alone. */
const update = (id: string) => inGroup({ command: "owner", sender: { id } });

describe("1:1 chats", () => {
  test("pairing gives strangers a code, and lets the approved and the listed in", () => {
    expect(reasonOf({}, direct())).toBe("pair dm_policy_pairing_required");
    expect(reasonOf({}, direct({ sender: { paired: true } }))).toBe("dispatch dm_policy_paired");
    expect(reasonOf({ allowFrom: ["ann"] }, direct())).toBe("dispatch dm_policy_allowlisted");
    expect(decideBy({ allowFrom: ["ann"] }, direct({ mentionsRobot: false })).kind).toBe("dispatch");
  });

  test("allowlist lets in who is listed; an empty list means nobody, and approvals do not count", () => {
    const dmPolicy = "allowlist";
    expect(reasonOf({ dmPolicy, allowFrom: ["ann"] }, direct())).toBe("dispatch dm_policy_allowlisted");
    expect(reasonOf({ dmPolicy, allowFrom: ["*"] }, direct())).toBe("dispatch dm_policy_allowlisted");
    expect(reasonOf({ dmPolicy, allowFrom: [] }, direct())).toBe("deny dm_policy_not_allowlisted");
    expect(reasonOf({ dmPolicy }, direct({ sender: { paired: true } }))).toBe(
      "deny dm_policy_not_allowlisted",
    );
  });

  test('open needs "*", and otherwise is a list', () => {
    expect(reasonOf({ dmPolicy: "open", allowFrom: ["*"] }, direct())).toBe("dispatch dm_policy_open");
    expect(reasonOf({ dmPolicy: "open" }, direct())).toBe("deny dm_policy_not_allowlisted");
    expect(reasonOf({ dmPolicy: "open", allowFrom: ["ann"] }, direct())).toBe(
      "dispatch dm_policy_allowlisted",
    );
  });

  test("disabled answers nobody, and respondToPrivate: false is silent before any pairing", () => {
    expect(reasonOf({ dmPolicy: "disabled", allowFrom: ["*"] }, direct())).toBe("deny dm_policy_disabled");
    expect(reasonOf({ respondToPrivate: false, allowFrom: ["*"] }, direct())).toBe("skip private_chats_off");
    expect(reasonOf({ respondToPrivate: false, groupPolicy: "open" }, inGroup())).toBe(
      "dispatch group_policy_open",
    );
  });

  test("entries may carry prefixes and be numbers; letter case counts, white space does not", () => {
    for (const entry of ["dingtalk:ann", "DD:ding:ann", "ddingtalk: user:ann", " staff:ann "])
      expect(decideBy(listing(entry), direct()).kind).toBe("dispatch");
    expect(decideBy(listing(4711), direct({ sender: { id: "4711" } })).kind).toBe("dispatch");
    for (const entry of ["Ann", "an", "anne", "slack:ann", "dingtalk:*"])
      expect(decideBy(listing(entry), direct()).kind).toBe("deny");
  });

  test("nobody without an id is let in, not even where everybody is", () => {
    for (const id of [undefined, "", "  "]) {
      const facts = { sender: { id } };
      expect(reasonOf({ dmPolicy: "open", allowFrom: ["*"] }, direct(facts))).toBe("deny sender_unnamed");
      expect(reasonOf({ groupPolicy: "open" }, inGroup(facts))).toBe("deny sender_unnamed");
    }
  });
});

describe("groups", () => {
  test("allowlist without any list serves nobody", () => {
    expect(reasonOf({}, inGroup())).toBe("deny group_policy_empty_allowlist");
    expect(reasonOf({ allowFrom: ["*"] }, inGroup())).toBe("deny group_policy_empty_allowlist");
    expect(reasonOf({ groups: {} }, inGroup())).toBe("deny group_not_listed");
  });

  test("a listed group is open to its own list, else to groupAllowFrom, else to everybody in it", () => {
    expect(reasonOf(teamOf(), inGroup())).toBe("dispatch group_listed");
    expect(reasonOf(teamOf(["ann"]), inGroup())).toBe("dispatch group_policy_allowed");
    expect(reasonOf({ ...teamOf(["bob"]), groupAllowFrom: ["ann"] }, inGroup())).toBe(
      "deny group_policy_not_allowlisted",
    );
    expect(reasonOf({ ...teamOf([]), groupAllowFrom: ["ann"] }, inGroup())).toBe(
      "deny group_policy_empty_allowlist",
    );
    expect(reasonOf({ ...teamOf(), groupAllowFrom: ["bob"] }, inGroup())).toBe(
      "deny group_policy_not_allowlisted",
    );
  });

  test("where no groups are listed, groupAllowFrom holds in every group", () => {
    expect(reasonOf({ groupAllowFrom: ["ann"] }, inGroup())).toBe("dispatch group_policy_allowed");
    expect(reasonOf({ groupAllowFrom: ["ann"], groups: { other: {} } }, inGroup())).toBe(
      "deny group_not_listed",
    );
  });

  test("* stands for all groups, and says what an entry of their own does not", () => {
    const groups = { "*": { requireMention: false, allowFrom: ["bob"] }, "cid-team": {} };
    expect(reasonOf({ groups }, inGroup())).toBe("deny group_policy_not_allowlisted");
    const own = { ...groups, "cid-team": { allowFrom: ["ann"], requireMention: true } };
    expect(reasonOf({ groups: own }, inGroup())).toBe("dispatch group_policy_allowed");
    expect(reasonOf({ groups: own }, inGroup({ mentionsRobot: false }))).toBe("skip activation_skipped");
    const off = { ...own, "*": { enabled: false } };
    expect(reasonOf({ groups: off }, inGroup())).toBe("dispatch group_policy_allowed");
    const elsewhere = {
      ...inGroup({ mentionsRobot: false }),
      conversation: { type: "group", id: "x" },
    } as const;
    expect(reasonOf({ groups }, elsewhere)).toBe("deny group_policy_not_allowlisted");
    expect(reasonOf({ groups: { "*": { requireMention: false } } }, elsewhere)).toBe("dispatch group_listed");
  });

  test("open lets every group in, but for those that are switched off or have a list", () => {
    const groupPolicy = "open";
    expect(reasonOf({ groupPolicy }, inGroup())).toBe("dispatch group_policy_open");
    expect(reasonOf({ groupPolicy, groups: { other: {} } }, inGroup())).toBe("dispatch group_policy_open");
    expect(reasonOf({ groupPolicy, groupAllowFrom: [] }, inGroup())).toBe("dispatch group_policy_open");
    expect(reasonOf({ groupPolicy, groups: { "cid-team": { enabled: false } } }, inGroup())).toBe(
      "deny group_disabled",
    );
    expect(reasonOf({ groupPolicy, groups: { "cid-team": { allowFrom: ["bob"] } } }, inGroup())).toBe(
      "deny group_policy_not_allowlisted",
    );
  });

  test("disabled serves no group, whatever is listed", () => {
    const groups = { "cid-team": { allowFrom: ["*"] } };
    expect(reasonOf({ groupPolicy: "disabled", groups }, inGroup())).toBe("deny group_policy_disabled");
  });

  test("approval of a pairing request lets into no group", () => {
    expect(decideBy({}, inGroup({ sender: { paired: true } })).kind).toBe("deny");
  });
});

describe("mentions", () => {
  const groupPolicy = "open";

  test("a mention is needed unless the account or the group says otherwise", () => {
    const silent = inGroup({ mentionsRobot: false, mentionsAnybody: false });
    expect(reasonOf({ groupPolicy }, silent)).toBe("skip activation_skipped");
    expect(reasonOf({ groupPolicy, requireMention: false }, silent)).toBe("dispatch group_policy_open");
    const groups = { "cid-team": { requireMention: true } };
    expect(reasonOf({ groupPolicy, requireMention: false, groups }, silent)).toBe("skip activation_skipped");
  });

  test("respondToMentions: false leaves mentions unanswered, and the rest as it is", () => {
    const policy = { groupPolicy, requireMention: false, respondToMentions: false } as const;
    expect(reasonOf(policy, inGroup())).toBe("skip mentions_off");
    expect(reasonOf(policy, inGroup({ mentionsRobot: false }))).toBe("dispatch group_policy_open");
    expect(reasonOf({ ...policy, allowFrom: ["ann"] }, direct())).toBe("dispatch dm_policy_allowlisted");
  });

  test("a message to everybody is none to the robot, unless it is named as well or told to answer", () => {
    const toAll = inGroup({ mentionsRobot: false, mentionsEverybody: true });
    expect(reasonOf({ groupPolicy, requireMention: false }, toAll)).toBe("skip mentions_everybody");
    expect(reasonOf({ groupPolicy }, inGroup({ mentionsEverybody: true }))).toBe(
      "dispatch group_policy_open",
    );
    expect(reasonOf({ groupPolicy, respondToEverybody: true }, toAll)).toBe("dispatch group_policy_open");
    const silent = inGroup({ mentionsRobot: false });
    expect(reasonOf({ groupPolicy, respondToEverybody: true }, silent)).toBe("skip activation_skipped");
  });
});

describe("robots", () => {
  const policy = { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" } as const;

  test("never answers itself, and other robots only where allowBots is set and they are let in", () => {
    for (const facts of [direct, inGroup]) {
      expect(reasonOf({ ...policy, allowBots: true }, facts({ sender: { kind: "self" } }))).toBe(
        "skip own_message",
      );
      expect(reasonOf(policy, facts({ sender: { kind: "bot" } }))).toBe("skip bot_message");
    }
    const bot = inGroup({ sender: { kind: "bot", id: "robot2" } });
    expect(decideBy({ ...policy, allowBots: true }, bot).kind).toBe("dispatch");
    expect(decideBy({ allowBots: true, groupAllowFrom: ["ann"] }, bot).kind).toBe("deny");
  });
});

describe("commands", () => {
  const open = { groupPolicy: "open" } as const;
  const stop = inGroup({ command: "control" });

  test("chatting in an open group gives no right to command; a name on a list does", () => {
    expect(reasonOf(open, stop)).toBe("deny control_command_unauthorized");
    expect(decideBy(open, inGroup())).toMatchObject({ kind: "dispatch", rights: "none" });
    expect(decideBy({ ...open, allowFrom: ["ann"] }, stop)).toMatchObject({ rights: "command" });
    expect(decideBy({ groupAllowFrom: ["ann"] }, stop)).toMatchObject({ rights: "command" });
    expect(decideBy({}, direct({ command: "control", sender: { paired: true } }))).toMatchObject({
      rights: "command",
    });
  });

  test("commandAllowFrom, when set, replaces what the lists give", () => {
    const policy = { ...open, allowFrom: ["ann"], commandAllowFrom: ["bob"] };
    expect(reasonOf(policy, stop)).toBe("deny control_command_unauthorized");
    expect(decideBy(policy, inGroup({ command: "control", sender: { id: "bob" } })).kind).toBe("dispatch");
    expect(reasonOf({ ...policy, commandAllowFrom: [] }, stop)).toBe("deny control_command_unauthorized");
  });

  test("owners use every command; * makes nobody an owner, and owning lets nobody in", () => {
    const policy = { ...open, allowFrom: ["*"], ownerAllowFrom: ["*", "boss"] };
    expect(reasonOf(policy, update("ann"))).toBe("deny owner_command_unauthorized");
    expect(decideBy(policy, update("boss"))).toMatchObject({ kind: "dispatch", rights: "owner" });
    expect(reasonOf({ ownerAllowFrom: ["boss"] }, update("boss"))).toBe("deny group_policy_empty_allowlist");
  });

  test("an authorized command needs no mention, unless somebody else is mentioned", () => {
    const policy = { ...open, allowFrom: ["ann"] };
    const bare = { command: "control", mentionsRobot: false } as const;
    expect(decideBy(policy, inGroup({ ...bare, mentionsAnybody: false })).kind).toBe("dispatch");
    expect(reasonOf(policy, inGroup({ ...bare, mentionsAnybody: true }))).toBe("skip activation_skipped");
  });
});

describe("access groups", () => {
  const accessGroups = {
    ops: { type: "message.senders", members: { dingtalk: ["dingtalk:ann"], slack: ["bob"], "*": ["eve"] } },
    room: { type: "discord.channelAudience" },
    all: { type: "message.senders", members: { "*": ["*"] } },
  };
  const listed = (entry: string) => ({ dmPolicy: "allowlist", allowFrom: [entry], accessGroups }) as const;

  test("a list that names a group holds its members for DingTalk and for every channel", () => {
    const admitted = ["ann", "bob", "eve"].filter(
      (id) => decideBy(listed("accessGroup:ops"), direct({ sender: { id } })).kind === "dispatch",
    );
    expect(admitted).toEqual(["ann", "eve"]);
    expect(decideBy({ groupAllowFrom: ["accessGroup:ops"], accessGroups }, inGroup()).kind).toBe("dispatch");
  });

  test("a group that is missing or of another type lets nobody in, and says so", () => {
    expect(reasonOf(listed("accessGroup:none"), direct())).toBe("deny access_group_missing");
    expect(reasonOf(listed("accessGroup:room"), direct())).toBe("deny access_group_unsupported");
    expect(reasonOf(listed("accessGroup:toString"), direct())).toBe("deny access_group_missing");
    const both = { groupAllowFrom: ["accessGroup:none", "ann"], accessGroups };
    expect(decideBy(both, inGroup()).kind).toBe("dispatch");
  });

  test("* inside of a group lets everybody in, and still is no open door for dmPolicy open", () => {
    expect(reasonOf(listed("accessGroup:all"), direct())).toBe("dispatch dm_policy_allowlisted");
    expect(reasonOf({ ...listed("accessGroup:all"), dmPolicy: "open" }, direct())).toBe(
      "dispatch dm_policy_allowlisted",
    );
  });
});

describe("agents", () => {
  const policy = {
    groupPolicy: "open",
    allowFrom: ["ann"],
    keywordRoutes: { report: "reporting", 翻译: { agent: "translation", in: "group" } },
    defaultAgent: "main",
  } as const;

  test("a keyword names the agent, else the group, else the default of groups, else the default", () => {
    const groups = { "cid-team": { agent: "team" } };
    const all = { ...policy, groups, groupDefaultAgent: "crowd" };
    expect(agentOf(all, inGroup({ text: "the report, please" }))).toEqual(["keyword", "reporting"]);
    expect(agentOf(all, inGroup())).toEqual(["group", "team"]);
    expect(agentOf({ ...all, groups: {} }, inGroup())).toEqual(["group-default", "crowd"]);
    expect(agentOf(policy, inGroup())).toEqual(["default", "main"]);
    expect(agentOf(all, direct())).toEqual(["default", "main"]);
    expect(agentOf({ groupPolicy: "open" }, inGroup())).toEqual(["caller", undefined]);
  });

  test("a keyword holds in both kinds of conversation, or in the one that it names", () => {
    expect(agentOf(policy, direct({ text: "report" }))).toEqual(["keyword", "reporting"]);
    expect(agentOf(policy, inGroup({ text: "帮我翻译一下" }))).toEqual(["keyword", "translation"]);
    expect(agentOf(policy, direct({ text: "帮我翻译一下" }))).toEqual(["default", "main"]);
  });

  test("the keyword is named in the decision as the user wrote it; commands follow no keyword", () => {
    const routes = { ...policy, keywordRoutes: { "Ｒeport ": "reporting" } };
    expect(decideBy(routes, direct({ text: "REPORT!" }))).toMatchObject({ keyword: "Ｒeport " });
    expect(agentOf(policy, direct({ text: "/model report", command: "control" }))).toEqual([
      "default",
      "main",
    ]);
  });
});
