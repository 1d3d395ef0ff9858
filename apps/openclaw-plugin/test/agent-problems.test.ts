import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { agentProblems } from "../src/agent-problems.ts";
import { configWarnings } from "../src/config-problems.ts";
import { findings } from "../src/security-findings.ts";

const several = { list: [{ id: "main" }, { id: "team" }] };

const config = (dingtalk: object, rest: object = {}): object => ({
  agents: several,
  channels: { dingtalk: { clientId: "ding1", clientSecret: "s", ...dingtalk } },
  ...rest,
});

function problemsOf(dingtalk: object, rest: object = {}): readonly string[] {
  const cfg = config(dingtalk, rest);
  return agentProblems(cfg, resolveAccount(cfg)).map(({ path, message }) => `${path}: ${message}`);
}

test("says at the start where nobody would answer, and what chooses an agent", () => {
  expect(problemsOf({})).toEqual([
    expect.stringMatching(
      /^channels\.dingtalk: OpenClaw has several agents \(main, team\) and none .* 1:1 chats and groups:.*Next: set defaultAgent/,
    ),
  ]);
  expect(problemsOf({ groupDefaultAgent: "team" })).toEqual([
    expect.stringContaining("chosen for 1:1 chats:"),
  ]);
  expect(problemsOf({ groups: { "*": { agent: "team" } }, dmPolicy: "disabled" })).toEqual([]);
  expect(problemsOf({ groupPolicy: "disabled", respondToPrivate: false })).toEqual([]);
  expect(problemsOf({ defaultAgent: "team" })).toEqual([]);
  const bindings = [{ agentId: "team", match: { channel: "dingtalk", accountId: "*" } }];
  expect(problemsOf({}, { bindings })).toEqual([]);
  expect(problemsOf({}, { agents: { list: [{ id: "main", default: true }, { id: "team" }] } })).toEqual([]);
  expect(problemsOf({}, { agents: {} })).toEqual([]);
});

test("names every agent of the settings that does not exist, with its key and those that do", () => {
  const lines = problemsOf({
    defaultAgent: "main",
    groupDefaultAgent: "taem",
    keywordRoutes: { 报表: "reporting", 周报: { agent: "team", in: "group" } },
    groups: { "cidOne==": { agent: "nobody" }, "cidTwo==": { agent: "team" } },
  });
  expect(lines.map((line) => line.slice(0, line.indexOf(",")))).toEqual([
    'channels.dingtalk.groupDefaultAgent: there is no agent "taem"',
    'channels.dingtalk.keywordRoutes["报表"]: there is no agent "reporting"',
    'channels.dingtalk.groups.cidOne==.agent: there is no agent "nobody"',
    "channels.dingtalk: OpenClaw has several agents (main",
  ]);
  expect(lines[0]).toContain("Agents are: main, team");
});

test("tells it in the log and in the audit", () => {
  const cfg = config({});
  const account = resolveAccount(cfg);
  expect(configWarnings(cfg, account)).toEqual([expect.stringContaining("none of them is chosen")]);
  expect(findings(cfg, account)).toEqual([
    expect.objectContaining({ checkId: "dingtalk.config", severity: "warn" }),
  ]);
});
