import * as fc from "fast-check";
import { expect, test } from "vitest";

import { decide } from "../src/decide.ts";
import type { MessageFacts } from "../src/message-facts.ts";
import type { Policy } from "../src/policy.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";

/** Nobody has put this sender anywhere. */
const STRANGER = "stranger-4f1c";
const GROUP = "cidUnlisted/4f1c==";

/** Anything that JSON can hold, often with the words that a policy knows, in the wrong places as well. */
const word = fc.constantFrom(
  "open",
  "OPEN",
  "allowlist",
  "pairing",
  "disabled",
  "*",
  "ann",
  " * ",
  "",
  "true",
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    word,
    fc.constantFrom(true, false, null, 0, 1, -1, 1e308, "accessGroup:g", "accessGroup:", "dd:*"),
    fc.string(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.constantFrom("cid1", "g", "members", "type", "enabled")), tie("value"), {
      maxKeys: 4,
    }),
  ),
})).value;

const list = fc.oneof(
  anything,
  fc.array(fc.oneof(word, fc.integer(), anything), { maxLength: 4 }),
  fc.subarray(["ann", "*", "accessGroup:g"]),
);
const flag = fc.oneof({ weight: 2, arbitrary: fc.boolean() }, anything);
const mostlyTrue = fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, flag);
const policyWord = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("open", "allowlist", "pairing") },
  word,
  anything,
);
const group = fc.oneof(
  anything,
  fc.record({ enabled: flag, requireMention: flag, allowFrom: list, agent: anything }, { requiredKeys: [] }),
);
const keys = {
  dmPolicy: policyWord,
  groupPolicy: policyWord,
  allowFrom: list,
  groupAllowFrom: list,
  groups: fc.oneof(anything, fc.dictionary(fc.constantFrom("cid1", "*", "__proto__"), group, { maxKeys: 3 })),
  requireMention: flag,
  respondToMentions: mostlyTrue,
  respondToPrivate: mostlyTrue,
  respondToEverybody: flag,
  allowBots: flag,
  ownerAllowFrom: list,
  commandAllowFrom: list,
  accessGroups: fc.oneof(
    anything,
    fc.record({ g: fc.record({ type: fc.constantFrom("message.senders", "x"), members: anything }) }),
  ),
  keywordRoutes: anything,
  defaultAgent: anything,
  limits: anything,
  botLoopProtection: anything,
  denialReplies: anything,
  denialReplyEveryMs: anything,
};
const broken = fc.oneof({ weight: 6, arbitrary: fc.record(keys, { requiredKeys: [] }) }, anything);

/** Through JSON, as a policy comes out of a file: whatever it is, TypeScript was not asked. */
const asPolicy = (value: unknown): Policy => JSON.parse(JSON.stringify(value));

const facts = fc.record({
  conversation: fc.constantFrom(
    { type: "direct", id: "cid" } as const,
    { type: "group", id: GROUP } as const,
  ),
  sender: fc.record({
    id: fc.oneof({ weight: 8, arbitrary: fc.constant(STRANGER) }, fc.constantFrom(undefined, "")),
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant("person" as const) },
      fc.constantFrom("bot" as const, "self" as const),
    ),
    paired: fc.constant(false),
  }),
  mentionsRobot: fc.boolean(),
  mentionsAnybody: fc.boolean(),
  mentionsEverybody: fc.boolean(),
  command: fc.constantFrom("none", "control", "owner"),
  text: word,
});

/** Every text and key anywhere inside. */
function wordsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value.trim()];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...wordsIn(inner)]);
}

/** Whether a list or the policy itself could be read as letting a stranger in here. */
function invites(policy: unknown, { conversation }: MessageFacts): boolean {
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) return false;
  const inside = (...names: readonly string[]): readonly string[] =>
    names.flatMap((name) => wordsIn(Reflect.get(policy, name)));
  if (conversation.type === "direct") return inside("allowFrom", "accessGroups").includes("*");
  return (
    Reflect.get(policy, "groupPolicy") === "open" ||
    inside("groupAllowFrom", "groups", "accessGroups").includes("*")
  );
}

test("whatever the policy is: no error, and no stranger reaches an agent without * or an open group", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(broken, facts, (value, message) => {
      const policy = asPolicy(value);
      const { kind } = decide(resolvePolicy(policy), message);
      const invited = invites(policy, message);
      kinds.set(
        `${kind}${invited ? " invited" : ""}`,
        (kinds.get(`${kind}${invited ? " invited" : ""}`) ?? 0) + 1,
      );
      expect(kind === "dispatch" && !invited).toBe(false);
    }),
    { numRuns: 20_000, seed: 20_261_121 },
  );
  // The property would hold for a robot that is always silent: some must have been let in where they were invited.
  expect(kinds.get("dispatch invited")).toBeGreaterThan(300);
  expect(kinds.get("deny")).toBeGreaterThan(5_000);
});

test("a value that breaks never lets in whom the whole policy kept out", () => {
  const sound = fc.record({
    dmPolicy: fc.constantFrom("pairing", "allowlist", "open", "disabled"),
    groupPolicy: fc.constantFrom("allowlist", "open", "disabled"),
    allowFrom: fc.subarray(["ann", "*"]),
    groupAllowFrom: fc.option(fc.subarray(["ann", STRANGER, "*"]), { nil: undefined }),
    groups: fc.option(
      fc.constantFrom<NonNullable<Policy["groups"]>>(
        {},
        { "*": { enabled: false } },
        { [GROUP]: { allowFrom: ["ann"] } },
        { [GROUP]: { requireMention: false } },
        { "*": { allowFrom: [] } },
      ),
      { nil: undefined },
    ),
    requireMention: fc.boolean(),
    respondToMentions: fc.boolean(),
    respondToPrivate: fc.boolean(),
    ownerAllowFrom: fc.subarray(["ann"]),
    commandAllowFrom: fc.option(fc.subarray(["ann", "*"]), { nil: undefined }),
  });
  // Text is no list, a list is no text, and this is neither a list, an object nor true or false.
  const wrong = 17;
  fc.assert(
    fc.property(sound, fc.constantFrom(...Object.keys(keys)), facts, (policy, key, message) => {
      const before = decide(resolvePolicy(policy), message);
      const after = decide(resolvePolicy(asPolicy({ ...policy, [key]: wrong })), message);
      expect(after.kind === "dispatch" && before.kind !== "dispatch").toBe(false);
    }),
    { numRuns: 5_000, seed: 20_261_121 },
  );
});
