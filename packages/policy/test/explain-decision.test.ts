import { expect, test } from "vitest";

import { explainDecision, explainReason, isReasonCode } from "../src/explain-decision.ts";
import { EN } from "../src/reason-texts-en.ts";
import { ZH } from "../src/reason-texts-zh.ts";
import type { Dispatch } from "../src/decision.ts";

const codes = Object.keys(EN).filter(isReasonCode);

/** The names of settings in a text. */
const keysIn = (text = ""): readonly string[] =>
  (text.match(/\b(?:[a-z]+[A-Z]\w*|limits\.\S+\w|groups|enabled)\b/g) ?? []).toSorted();

test("has a sentence in both languages for each reason, and words of no setting in it", () => {
  expect(codes).toHaveLength(30);
  expect(Object.keys(ZH)).toEqual(Object.keys(EN));
  for (const code of codes) {
    const { says } = explainReason(code, "en");
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(explainReason(code, "zh").says).toMatch(/^\p{Script=Han}.*。$/u);
    expect(says.replaceAll("DingTalk", "")).not.toMatch(/[a-z][A-Z]|_|"/);
  }
});

test("says the same in both languages: advice in one is advice in the other, about the same keys", () => {
  for (const code of codes)
    expect(keysIn(explainReason(code, "zh").advice)).toEqual(keysIn(explainReason(code, "en").advice));
});

test("every refusal has advice for the operator", () => {
  const silent = codes.filter((code) => explainReason(code, "en").advice === undefined);
  expect(silent).toEqual([
    "dm_policy_open",
    "dm_policy_allowlisted",
    "dm_policy_paired",
    "group_policy_open",
    "group_policy_allowed",
    "group_listed",
    "own_message",
  ]);
});

test("names the agent, and the word that led to it", () => {
  const dispatch: Dispatch = {
    kind: "dispatch",
    reason: "group_listed",
    agent: "reporting",
    agentFrom: "keyword",
    keyword: "报表",
    rights: "none",
  };
  expect(explainDecision(dispatch, "en")).toBe(
    'This robot answers everybody in this group. Agent reporting answers, because of the word "报表".',
  );
  expect(explainDecision(dispatch, "zh")).toBe(
    "这个机器人回答本群的所有成员。因为消息中有“报表”，由智能体 reporting 回答。",
  );
  const byDefault: Dispatch = { ...dispatch, agentFrom: "default", keyword: undefined };
  expect(explainDecision(byDefault, "en")).toMatch(/Agent reporting answers\.$/);
  expect(explainDecision({ ...byDefault, agent: undefined, agentFrom: "caller" }, "zh")).toBe(
    "这个机器人回答本群的所有成员。",
  );
});

test.for([
  [0, "1 second", "1 秒"],
  [1_001, "2 seconds", "2 秒"],
  [60_000, "1 minute", "1 分钟"],
  [3_540_000, "59 minutes", "59 分钟"],
  [3_540_001, "1 hour", "1 小时"],
  [3_600_001, "2 hours", "2 小时"],
] as const)("says how long to wait, rounded up: %i ms are %s", ([retryAfterMs, en, zh]) => {
  const decision = { kind: "deny", reason: "sender_spend_exhausted", retryAfterMs } as const;
  expect(explainDecision(decision, "en")).toMatch(new RegExp(`Please try again in ${en}\\.$`));
  expect(explainDecision(decision, "zh")).toMatch(new RegExp(`请在 ${zh}后再试。$`));
});

test("knows its own codes, and OpenClaw's that mean the same, from others", () => {
  expect(isReasonCode("activation_skipped")).toBe(true);
  expect(["route_blocked", "toString", ""].map(isReasonCode)).toEqual([false, false, false]);
});
