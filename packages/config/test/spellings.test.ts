import { findUnknownKeys, referencePage, resolveAccount } from "@dingtalk-kit/config";
import type { AccountSettings, ConfigProblem, ResolvedAccount } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

import { SPELLED } from "./fixtures/spelled.ts";

const path = "channels.dingtalk";
const resolve = (section: unknown, accountKey?: string): ResolvedAccount =>
  resolveAccount({ path, section, accountKey });

const settingsOf = (section: unknown): AccountSettings | undefined => resolve(section).settings;

const lines = ({ problems }: ResolvedAccount): readonly string[] =>
  problems.map(({ path: where, message }) => `${where}: ${message}`);

const withoutNotYet = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  problems.filter(({ kind }) => kind !== "not-yet");

const written = (dotted: string, value: unknown): unknown =>
  dotted.split(".").reduceRight((inner, step) => ({ [step]: inner }), value);

test.for(SPELLED)("reads %s as ours", ([theirs, value, ours]) => {
  const section = written(theirs, value);
  const { settings, problems } = resolve(section);
  expect(withoutNotYet(problems)).toEqual([]);
  expect(settings).toEqual(settingsOf(ours));
  expect(settings).not.toEqual(settingsOf({}));
  expect(findUnknownKeys(path, section)).toEqual([]);
});

/** The rows of one table of the reference page, their first cells. */
function rowsBelow(title: string): readonly string[] {
  const [, section = ""] = referencePage().split(`## ${title}\n`);
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}

test("proves every spelling that the documents list", () => {
  const elsewhere = ["secret", "maxChars", "reply.maxChars", "reply.responsePrefix"];
  expect(rowsBelow("Other spellings").toSorted()).toEqual(
    [...SPELLED.map(([theirs]) => theirs), ...elsewhere].toSorted(),
  );
});

test("reads the recipe's whole section [S1-15 S1-16 S1-17 S1-28]", () => {
  const section = {
    enabled: true,
    mode: "stream",
    app_key: "dingx",
    app_secret: "s",
    respond_to_mentions: true,
    respond_to_private: true,
    default_agent: "main",
    group_routing: {
      mention_only: true,
      keyword_routes: { report: "reporting-agent", translate: "translation-agent" },
      default_agent: "team",
    },
  };
  const { settings, problems } = resolve(section);
  expect(withoutNotYet(problems)).toEqual([]);
  expect(findUnknownKeys(path, section)).toEqual([]);
  expect(settings).toMatchObject({
    enabled: true,
    transport: "stream",
    clientId: "dingx",
    clientSecret: "s",
    requireMention: true,
    defaultAgent: "main",
    groupDefaultAgent: "team",
    keywordRoutes: {
      report: { agent: "reporting-agent", in: "group" },
      translate: { agent: "translation-agent", in: "group" },
    },
  });
});

test("lets our own name win over another spelling, and names both", () => {
  const both = resolve({ clientId: "dinga", app_key: "dingb", appKey: "dinga" });
  expect(both.settings?.clientId).toBe("dinga");
  expect(lines(both)).toEqual([
    "channels.dingtalk.app_key: says something else than clientId, which means the same; clientId wins, remove one of the two",
  ]);
  const neither = resolve({ app_key: "dinga", appKey: "dingb" });
  expect(neither.settings?.clientId).toBe("dinga");
  expect(lines(neither)[0]).toMatch(/\.appKey: says something else than app_key, .* app_key wins/);
});

test("lets an account's other spelling win over our name at the top", () => {
  const section = { clientId: "dingtop", accounts: { a: { app_key: "dinga" } } };
  expect(resolve(section, "a")).toMatchObject({
    settings: { clientId: "dinga" },
    problems: [],
    origins: { clientId: { kind: "config", at: "channels.dingtalk.accounts.a.app_key" } },
  });
});

test("says in the user's own words where a value does not fit", () => {
  expect(lines(resolve({ enableAICard: "yes", journalTTLDays: -1 }))).toEqual([
    'channels.dingtalk.enableAICard: found "yes" (string), allowed: true or false',
    "channels.dingtalk.journalTTLDays: found -1 (number), allowed: a whole number from 0 to 365",
  ]);
});

test("reads a numeric agentId as the app's, and no other [S2-43]", () => {
  expect(settingsOf({ agentId: " 1234567 " })?.dingtalkAgentId).toBe("1234567");
  const named = resolve({ agentId: "main" });
  expect(named.settings?.dingtalkAgentId).toBeUndefined();
  expect(lines(named)).toEqual([
    "channels.dingtalk.agentId: is ignored: it is no AgentId of DingTalk, which is a number. Write dingtalkAgentId, or defaultAgent for an agent of yours",
  ]);
});

test("takes secret for a custom robot's only beside its URL [S3-18]", () => {
  const robot = { webhookUrl: "https://oapi.dingtalk.com/robot/send?access_token=t0", secret: "SECx" };
  expect(settingsOf(robot)?.webhook).toMatchObject({ url: robot.webhookUrl, secret: "SECx" });
  const alone = resolve({ secret: "SECx" });
  expect(alone.settings?.webhook.secret).toBeUndefined();
  expect(lines(alone)[0]).toContain("secret: is ignored: it belongs to webhookUrl");
});

test("reads plain text as Markdown and says so", () => {
  const { settings, problems } = resolve({ replyMode: "text", groups: { "*": { groupReplyMode: "text" } } });
  expect(settings).toMatchObject({ messageType: "markdown", groups: { "*": { messageType: "markdown" } } });
  expect(withoutNotYet(problems).map(({ message }) => message)).toEqual([
    'found "text", read as "markdown"',
    'found "text", read as "markdown"',
  ]);
});

test("says of a key that OpenClaw calls otherwise how it is called", () => {
  expect(lines(resolve({ maxChars: 1800 }))).toEqual([
    "channels.dingtalk.maxChars: has no effect: OpenClaw reads textChunkLimit instead",
  ]);
});

test.for(rowsBelow("Keys without effect"))("knows %s, and says once what does the same", (key) => {
  const section = written(key, "whatever");
  const { settings, problems } = resolve(section);
  expect(settings).toEqual(settingsOf({}));
  expect(problems).toEqual([
    expect.objectContaining({ severity: "warning", kind: "retired", path: `${path}.${key}` }),
  ]);
  expect(problems[0]?.message).toMatch(/^has no effect: \S/);
  expect(findUnknownKeys(path, section)).toEqual([]);
});

test("warns once of a key that has no effect yet, and not of one that says nothing new", () => {
  const { problems } = resolve({ http: { path: "/dt", port: 80 }, tools: { docs: false }, corpId: "c" });
  expect(problems).toMatchObject([
    { kind: "not-yet", path: "channels.dingtalk.corpId" },
    { kind: "not-yet", path: "channels.dingtalk.http" },
  ]);
  expect(problems[0]?.message).toBe("is understood, but has no effect in this version");
});
