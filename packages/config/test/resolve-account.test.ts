import { resolveAccount } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

const path = "channels.dingtalk";
const resolve = (section: unknown, accountKey?: string): ReturnType<typeof resolveAccount> =>
  resolveAccount({ path, section, accountKey });

test("fills in the seeds' defaults [S2-38 S2-47 S2-50 S2-51 S2-52 S2-53 S2-54]", () => {
  const { settings, problems } = resolve({ clientId: "dingabc", clientSecret: "s" });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    enabled: true,
    messageType: "markdown",
    debug: false,
    maxConnectionAttempts: 10,
    initialReconnectDelay: 1000,
    maxReconnectDelay: 60_000,
    reconnectJitter: 0.3,
    requestsPerSecond: 20,
    proxy: "inherit",
    caFile: undefined,
    ipFamily: "auto",
    dmPolicy: "pairing",
    allowFrom: [],
    groupPolicy: "allowlist",
    requireMention: true,
  });
});

test("lets a named account inherit from the section and replace what it names [S0-14 S0-15]", () => {
  const section = {
    clientId: "dingroot",
    clientSecret: "root",
    dmPolicy: "allowlist",
    allowFrom: ["a"],
    accounts: { main: { clientId: "dingmain", allowFrom: ["b"], name: "Main" } },
  };
  expect(resolve(section, "main").settings).toMatchObject({
    clientId: "dingmain",
    clientSecret: "root",
    dmPolicy: "allowlist",
    allowFrom: ["b"],
    name: "Main",
  });
  expect(resolve(section).settings).toMatchObject({
    clientId: "dingroot",
    allowFrom: ["a"],
    name: undefined,
  });
});

test("says where a wrong value stands, what it is and what would be right", () => {
  const section = {
    messageType: "crad",
    accounts: { sales: { maxConnectionAttempts: 0, groups: { cidX: { requireMention: "yes" } } } },
  };
  const { settings, problems } = resolve(section, "sales");
  expect(settings).toBeUndefined();
  expect(problems.map((problem) => `${problem.path}: ${problem.message}`)).toEqual([
    'channels.dingtalk.messageType: found "crad" (string), allowed: "markdown" or "card"',
    'channels.dingtalk.accounts.sales.groups.cidX.requireMention: found "yes" (string), allowed: true or false',
    "channels.dingtalk.accounts.sales.maxConnectionAttempts: found 0 (number), allowed: a whole number from 1 to 1000",
  ]);
});

test("keeps one account's mistake away from the others", () => {
  const section = { accounts: { bad: { debug: "on" }, good: { clientId: "dinggood" } } };
  expect(resolve(section, "bad").settings).toBeUndefined();
  expect(resolve(section, "good")).toMatchObject({ settings: { clientId: "dinggood" }, problems: [] });
  expect(resolve({ accounts: { odd: "text" } }, "odd").problems[0]?.message).toContain("allowed: an object");
});

test("never repeats a secret, nor a proxy's password", () => {
  expect(resolve({ proxy: "socks5://me:hunter2@proxy:1080" }).problems).toMatchObject([
    { message: 'found a string, allowed: "inherit" or "none" or a URL' },
  ]);
  const { problems } = resolve({ clientSecret: 1234567 });
  expect(problems).toMatchObject([
    { message: expect.stringMatching(/^found a number, allowed: text or a SecretRef \(/) },
  ]);
});

test("reads a numeric client id as text and says so", () => {
  const { settings, problems } = resolve({ clientId: 4711, allowFrom: [42, "manager1"] });
  expect(settings).toMatchObject({ clientId: "4711", allowFrom: ["42", "manager1"] });
  expect(problems).toMatchObject([{ severity: "warning", path: "channels.dingtalk.clientId" }]);
});

test("names contradictions", () => {
  const { settings, problems } = resolve({ initialReconnectDelay: 5000, maxReconnectDelay: 1000 });
  expect(settings).toBeUndefined();
  expect(problems[0]?.message).toBe("found 5000, allowed: at most maxReconnectDelay (1000)");

  const open = resolve({ dmPolicy: "open" });
  expect(open.settings?.dmPolicy).toBe("open");
  expect(open.problems[0]?.message).toContain('without "*" in allowFrom');
});

test("keeps an empty list apart from an absent one", () => {
  expect(resolve({}).settings?.groupAllowFrom).toBeUndefined();
  expect(resolve({ groupAllowFrom: [] }).settings?.groupAllowFrom).toEqual([]);
});

test("reads groups and endpoints", () => {
  const { settings } = resolve({
    groups: { "*": {}, cidA: { enabled: false, allowFrom: [7] } },
    endpoints: { api: "http://127.0.0.1:9" },
  });
  expect(settings?.groups).toEqual({
    "*": { enabled: true, requireMention: undefined, allowFrom: undefined },
    cidA: { enabled: false, requireMention: undefined, allowFrom: ["7"] },
  });
  expect(settings?.endpoints).toEqual({ api: "http://127.0.0.1:9" });
});

test("reads the way out to DingTalk, and says what an account may write there", () => {
  const network = {
    proxy: "http://proxy.corp:3128",
    caFile: "/etc/corp.pem",
    ipFamily: 4,
    requestsPerSecond: 40,
  };
  expect(
    resolve({ ...network, accounts: { own: { proxy: "none", ipFamily: 6 } } }, "own").settings,
  ).toMatchObject({
    ...network,
    proxy: "none",
    ipFamily: 6,
  });
  const wrong = resolve({ ipFamily: 5, requestsPerSecond: 0, caFile: "" });
  expect(wrong.problems.map(({ path: where, message }) => `${where}: ${message}`)).toEqual([
    "channels.dingtalk.requestsPerSecond: found 0 (number), allowed: a whole number from 1 to 1000",
    'channels.dingtalk.caFile: found "" (string), allowed: text',
    'channels.dingtalk.ipFamily: found 5 (number), allowed: "auto" or 4 or 6',
  ]);
});
