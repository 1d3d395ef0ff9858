import type { JsonValue } from "@dingtalk-kit/protocol";
import { describe, expect, test } from "vitest";

import { decide } from "../src/decide.ts";
import type { Decision } from "../src/decision.ts";
import { denialKey, replyToDenial } from "../src/denial-reply.ts";
import { explainReason } from "../src/explain-decision.ts";
import type { MessageFacts } from "../src/message-facts.ts";
import type { Policy } from "../src/policy.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";
import { direct, inGroup } from "./facts.ts";

/** What people hear, message by message, with what was said before. */
function createDesk(policy: Policy) {
  const resolved = resolvePolicy(policy);
  const kept = new Map<string, JsonValue>();
  return (facts: MessageFacts, nowMs = 0, decision: Decision = decide(resolved, facts)) => {
    const key = denialKey(facts);
    const said = kept.get(key);
    const reply = replyToDenial(resolved, { facts, decision }, { said, nowMs }, "en");
    if (reply.text !== undefined) kept.set(key, JSON.parse(JSON.stringify(reply.said)));
    return reply.text;
  };
}

const HOUR = 3_600_000;
const stop = inGroup({ command: "control" });

describe("who hears", () => {
  test("strangers hear nothing, and those who may chat hear why a command is refused", () => {
    const hear = createDesk({ dmPolicy: "allowlist", groupPolicy: "open" });
    expect(hear(direct())).toBeUndefined();
    expect(hear(stop)).toBe(explainReason("control_command_unauthorized", "en").says);
  });

  test("all hear with denialReplies all, and nobody with none", () => {
    const hear = createDesk({ dmPolicy: "allowlist", denialReplies: "all" });
    expect(hear(direct())).toBe(explainReason("dm_policy_not_allowlisted", "en").says);
    expect(hear(inGroup())).toBe(explainReason("group_policy_empty_allowlist", "en").says);
    expect(createDesk({ groupPolicy: "open", denialReplies: "none" })(stop)).toBeUndefined();
  });

  test("in groups only who addressed the robot, and never a robot", () => {
    const hear = createDesk({ denialReplies: "all", groupPolicy: "open", allowBots: true });
    const bare = { ...stop, mentionsRobot: false };
    expect(hear(bare)).toBeUndefined();
    expect(hear({ ...bare, sender: { ...bare.sender, kind: "bot" }, mentionsRobot: true })).toBeUndefined();
    expect(hear({ ...bare, mentionsAnybody: false })).toBeDefined();
    expect(createDesk({ denialReplies: "all" })(inGroup({ mentionsRobot: false }))).toBeUndefined();
  });

  test("only refusals are explained: no skip, no pairing, no answer, no sender without a name", () => {
    const hear = createDesk({ denialReplies: "all", respondToMentions: false });
    expect(hear(inGroup())).toBeUndefined();
    expect(hear(direct())).toBeUndefined();
    expect(hear(direct({ sender: { paired: true } }))).toBeUndefined();
    expect(hear(direct({ sender: { id: undefined } }))).toBeUndefined();
  });
});

describe("how often", () => {
  test("the same reason once an hour to a person in a conversation", () => {
    const hear = createDesk({ groupPolicy: "open" });
    expect(hear(stop, 0)).toBeDefined();
    expect(hear(stop, 0)).toBeUndefined();
    expect(hear(stop, HOUR - 1)).toBeUndefined();
    expect(hear({ ...stop, sender: { ...stop.sender, id: "bob" } }, HOUR - 1)).toBeDefined();
    expect(hear({ ...stop, conversation: { type: "group", id: "other" } }, HOUR - 1)).toBeDefined();
    expect(hear(stop, HOUR)).toBeDefined();
    expect(hear(stop, HOUR + 1)).toBeUndefined();
  });

  test("another reason at once, without forgetting the first", () => {
    const hear = createDesk({ groupPolicy: "open" });
    const limited = { kind: "deny", reason: "sender_rate_limited", retryAfterMs: 90_000 } as const;
    expect(hear(stop, 0)).toBeDefined();
    expect(hear(inGroup(), 1, limited)).toBe(
      "You are writing faster than this robot may answer you. Please try again in 2 minutes.",
    );
    expect(hear(stop, 2)).toBeUndefined();
    expect(hear(inGroup(), 3, limited)).toBeUndefined();
  });

  test("as often as denialReplyEveryMs says; 0 is every time", () => {
    const hear = createDesk({ groupPolicy: "open", denialReplyEveryMs: 0 });
    expect([hear(stop, 5), hear(stop, 5)]).not.toContain(undefined);
  });

  test("what was said by a clock since put back, or cannot be read, does not silence", () => {
    const policy = resolvePolicy({ groupPolicy: "open" });
    const decision = decide(policy, stop);
    for (const said of [
      { control_command_unauthorized: 9 * HOUR },
      "x",
      [1],
      { control_command_unauthorized: "x" },
    ]) {
      const reply = replyToDenial(policy, { facts: stop, decision }, { said, nowMs: 0 }, "zh");
      expect(reply).toEqual({
        text: "您可以与这个机器人对话，但没有使用命令的权限。",
        said: { control_command_unauthorized: 0 },
      });
    }
  });
});
