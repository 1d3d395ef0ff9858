import { expect, test } from "vitest";

import type { Policy } from "../src/policy.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";

/** What a file may hold where a policy is expected. */
const garbage = (value: unknown): Policy => JSON.parse(JSON.stringify(value));

test("an empty policy pairs, lists groups, and needs a mention", () => {
  expect(resolvePolicy({})).toMatchObject({
    dmPolicy: "pairing",
    groupPolicy: "allowlist",
    groupAllowFrom: undefined,
    groups: undefined,
    requireMention: true,
    respondToMentions: true,
    respondToPrivate: true,
    respondToEverybody: false,
    allowBots: false,
    botLoopProtection: { enabled: true, maxEvents: 20, windowMs: 60_000, cooldownMs: 60_000 },
    denialReplies: "known",
    denialReplyEveryMs: 3_600_000,
    limits: { sender: { messages: undefined, spend: undefined } },
    problems: [],
  });
});

test("a broken value takes the strictest meaning of its key, and is named without being repeated", () => {
  const { problems, ...policy } = resolvePolicy(
    garbage({
      dmPolicy: "OPEN",
      groupPolicy: true,
      allowFrom: "ann",
      groupAllowFrom: ["ann", { id: "bob" }, 4711],
      requireMention: "false",
      respondToMentions: "yes",
      respondToPrivate: 1,
      respondToEverybody: "true",
      allowBots: [],
      ownerAllowFrom: { ann: true },
      commandAllowFrom: "*",
      keywordRoutes: { report: 5, help: { agent: "helper", in: "groups" }, ok: "fine", OK: "again" },
      denialReplies: "everybody",
      denialReplyEveryMs: -1,
    }),
  );
  expect(policy).toMatchObject({
    dmPolicy: "disabled",
    groupPolicy: "disabled",
    requireMention: true,
    respondToMentions: false,
    respondToPrivate: false,
    respondToEverybody: false,
    allowBots: false,
    keywordRoutes: [{ keyword: "ok", agent: "fine" }],
    denialReplies: "none",
  });
  expect([...policy.allowFrom.ids]).toEqual([]);
  expect([...(policy.groupAllowFrom?.ids ?? [])]).toEqual(["ann", "4711"]);
  expect(policy.commandAllowFrom).toMatchObject({ configured: false, everybody: false });
  expect(problems.map(({ path }) => path)).toEqual([
    "requireMention",
    "groupPolicy",
    "dmPolicy",
    "allowFrom",
    "groupAllowFrom.1",
    "respondToMentions",
    "respondToPrivate",
    "respondToEverybody",
    "allowBots",
    "ownerAllowFrom",
    "commandAllowFrom",
    "keywordRoutes.report",
    "keywordRoutes.help.in",
    "keywordRoutes.OK",
    "denialReplies",
    "denialReplyEveryMs",
  ]);
  expect(JSON.stringify(problems)).not.toMatch(/OPEN|bob|everybody"/);
});

test("a group that cannot be read is shut; where no group can, open is no longer open", () => {
  const { groups, problems } = resolvePolicy(
    garbage({
      groups: {
        a: true,
        b: { enabled: "no" },
        c: { agent: 5 },
        d: { allowFrom: "ann", requireMention: 0 },
        e: null,
      },
    }),
  );
  expect([...(groups ?? [])].map(([id, group]) => [id, group.enabled])).toEqual([
    ["a", false],
    ["b", false],
    ["c", false],
    ["d", true],
    ["e", false],
  ]);
  expect(groups?.get("d")).toMatchObject({ allowFrom: { configured: false }, requireMention: true });
  expect(problems).toHaveLength(6);
  expect(resolvePolicy(garbage({ groupPolicy: "open", groups: ["cid"] }))).toMatchObject({
    groupPolicy: "allowlist",
    groups: new Map(),
  });
});

test("a keyword may lead to one agent in groups and to another in 1:1 chats", () => {
  const { keywordRoutes, problems } = resolvePolicy({
    keywordRoutes: { report: { agent: "a", in: "group" }, Report: { agent: "b", in: "direct" }, REPORT: "c" },
  });
  expect(keywordRoutes.map(({ agent }) => agent)).toEqual(["a", "b", "c"]);
  expect(problems).toEqual([]);
});

test("a limit that cannot be read lets nothing pass; loop protection falls back to its defaults", () => {
  const limitsOf = (limits: unknown) => resolvePolicy(garbage({ limits })).limits;
  const nothing = { max: 0 };
  expect(limitsOf("10")).toMatchObject({ sender: { messages: nothing }, group: { messages: nothing } });
  expect(limitsOf({ sender: [] })).toMatchObject({
    sender: { messages: nothing },
    group: { messages: undefined },
  });
  expect(limitsOf({ group: { messages: 5, spend: { max: "3", perMs: 10 } } }).group).toMatchObject({
    messages: nothing,
    spend: nothing,
  });
  expect(limitsOf({ sender: { messages: { max: 3 }, spend: { max: 2, perMs: 0 } } }).sender).toMatchObject({
    messages: nothing,
    spend: nothing,
  });
  expect(
    resolvePolicy(garbage({ botLoopProtection: { enabled: "no", maxEventsPerWindow: 0, windowSeconds: 5 } }))
      .botLoopProtection,
  ).toEqual({ enabled: true, maxEvents: 20, windowMs: 5_000, cooldownMs: 60_000 });
});

test("what is no policy at all lets nobody in", () => {
  for (const value of [null, "open", 5, [], [{ dmPolicy: "open" }], true]) {
    const policy = resolvePolicy(garbage(value));
    expect(policy).toMatchObject({ dmPolicy: "disabled", groupPolicy: "disabled" });
    expect(policy.problems).toHaveLength(1);
  }
});

test("shuts a listed group where nobody can read whom * was to keep out", () => {
  const policy = resolvePolicy(garbage({ groups: { "*": "bob", cidA: {}, cidB: { allowFrom: ["ann"] } } }));
  expect(policy.groups?.get("cidA")?.allowFrom?.configured).toBe(false);
  expect(policy.groups?.get("cidB")?.allowFrom?.configured).toBe(true);
  expect(policy.groups?.get("*")?.enabled).toBe(false);
});
