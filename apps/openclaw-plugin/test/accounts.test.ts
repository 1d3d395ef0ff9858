import { afterEach, expect, test } from "vitest";

import {
  findTwin,
  inspectAccount,
  listAccountIds,
  resolveAccount,
  startedAccounts,
  unconfiguredReason,
  unknownKeys,
} from "../src/accounts.ts";
import { configWarnings, startBlock } from "../src/config-problems.ts";

const channel = (dingtalk: Readonly<Record<string, unknown>>): { channels: Record<string, unknown> } => ({
  channels: { dingtalk },
});

afterEach(() => {
  for (const name of ["CLIENT_ID", "CLIENT_SECRET", "APP_KEY", "APP_SECRET"]) {
    delete process.env[`DINGTALK_${name}`];
  }
});

test("lists the account at the top and the named ones", () => {
  const cfg = channel({ clientId: "dingA", clientSecret: "s", accounts: { sales: { clientId: "dingB" } } });
  expect(listAccountIds(cfg).toSorted()).toEqual(["default", "sales"]);
  expect(resolveAccount(cfg, "sales")).toMatchObject({
    clientId: "dingB",
    clientSecret: "s",
    configured: true,
  });
  expect(resolveAccount(cfg, "SALES").accountId).toBe("sales");
});

test("takes the default account's credentials from the environment, and no other's", () => {
  process.env["DINGTALK_CLIENT_ID"] = "dingEnv";
  process.env["DINGTALK_CLIENT_SECRET"] = "envSecret";
  const cfg = channel({ accounts: { sales: {} } });
  expect(resolveAccount(cfg, "default")).toMatchObject({
    clientId: "dingEnv",
    clientSecret: "envSecret",
    configured: true,
    credentialSource: "env",
  });
  expect(resolveAccount(cfg, "sales").configured).toBe(false);
  const written = resolveAccount(channel({ clientId: "dingFile", clientSecret: "x" }), "default");
  expect(written).toMatchObject({ clientId: "dingFile", credentialSource: "config" });
});

test("shows an account to status and audits without its secret", () => {
  const cfg = channel({ clientId: "dingA", clientSecret: "topsecret" });
  const inspected = inspectAccount(cfg, "default");
  expect(JSON.stringify(inspected)).not.toContain("topsecret");
  expect(inspected).toMatchObject({ configured: true, tokenStatus: "available" });
});

test("shows a proxy to status and audits without its credentials", () => {
  const section = { clientId: "dingA", clientSecret: "s", proxy: "http://me:hunter2@proxy.corp:3128" };
  expect(resolveAccount(channel(section), "default").settings?.proxy).toBe(section.proxy);
  expect(inspectAccount(channel(section), "default").settings?.proxy).toBe("http://proxy.corp:3128");
  expect(inspectAccount(channel({ ...section, proxy: "none" }), "default").settings?.proxy).toBe("none");
});

test("counts an unresolved SecretRef as configured, and says so when it must start", () => {
  const clientSecret = { source: "env", provider: "default", id: "DT_SECRET" };
  const account = resolveAccount(channel({ clientId: "dingA", clientSecret }), "default");
  expect(account).toMatchObject({ configured: true, clientSecret: undefined });
  expect(startBlock(account)).toContain("SecretRef");
});

test("blocks an account with a wrong value in one line, and leaves the others alone", () => {
  const cfg = channel({
    clientId: "dingA",
    clientSecret: "s",
    accounts: { bad: { clientId: "dingB", messageType: "crad" }, good: { clientId: "dingC" } },
  });
  expect(startBlock(resolveAccount(cfg, "bad"))).toBe(
    'config: channels.dingtalk.accounts.bad.messageType: found "crad" (string), allowed: "markdown" or "card"',
  );
  expect(startBlock(resolveAccount(cfg, "good"))).toBeUndefined();
  expect(startedAccounts(cfg).map(({ accountId }) => accountId)).toContain("bad");
});

test("starts nothing of a channel that is switched off [S1-14]", () => {
  const section = {
    clientId: "dingA",
    clientSecret: "s",
    accounts: { b: { clientId: "dingB", enabled: true } },
  };
  expect(startedAccounts(channel({ ...section, enabled: false }))).toEqual([]);
  expect(startedAccounts(channel({ ...section, enabled: true }))).toHaveLength(2);
});

test("says what is missing", () => {
  expect(unconfiguredReason(resolveAccount(channel({}), "default"))).toContain("channels.dingtalk.clientId");
  const halfway = resolveAccount(channel({ clientId: "dingA" }), "default");
  expect(unconfiguredReason(halfway)).toContain("channels.dingtalk.clientSecret");
  const named = resolveAccount(channel({ accounts: { sales: { clientId: "dingB" } } }), "sales");
  expect(startBlock(named)).toBe(
    "config: no clientSecret. Next: set channels.dingtalk.accounts.sales.clientSecret",
  );
});

test("starts an account that has half of its credentials, so that it gets a line, and none that has nothing", () => {
  const cfg = channel({
    accounts: { half: { clientId: "dingX" }, blank: {}, whole: { clientId: "dingX", clientSecret: "s" } },
  });
  expect(
    startedAccounts(cfg)
      .map(({ accountId }) => accountId)
      .toSorted(),
  ).toEqual(["half", "whole"]);
  expect(resolveAccount(cfg, "half").configured).toBe(false);
  expect(findTwin(cfg, resolveAccount(cfg, "whole"))).toBeUndefined();
});

test("gives an app that two accounts share to the first of them", () => {
  const cfg = channel({
    clientSecret: "s",
    accounts: { a: { clientId: "dingX" }, b: { clientId: "dingX" } },
  });
  expect(findTwin(cfg, resolveAccount(cfg, "a"))).toBeUndefined();
  expect(findTwin(cfg, resolveAccount(cfg, "b"))).toBe("a");
});

test("names unknown keys, but not those that the host reads", () => {
  const cfg = channel({
    clientId: "x",
    streaming: { mode: "partial" },
    textChunkLimit: 3,
    clientSecrte: "t",
  });
  expect(unknownKeys(cfg)).toMatchObject([
    { path: "channels.dingtalk.clientSecrte", suggestion: "clientSecret" },
  ]);
});

test("is configured from the environment alone, by either name of its variables [S1-11 S1-12]", () => {
  process.env["DINGTALK_APP_KEY"] = "dingApp";
  process.env["DINGTALK_APP_SECRET"] = "appSecret";
  expect(listAccountIds({})).toEqual(["default"]);
  expect(resolveAccount({})).toMatchObject({
    clientId: "dingApp",
    clientSecret: "appSecret",
    configured: true,
    credentialSource: "env",
  });
  process.env["DINGTALK_CLIENT_ID"] = "dingClient";
  process.env["DINGTALK_CLIENT_SECRET"] = "clientSecret";
  expect(resolveAccount({})).toMatchObject({ clientId: "dingClient", clientSecret: "clientSecret" });
  expect(configWarnings({}, resolveAccount({}))).toEqual([
    expect.stringContaining("DINGTALK_APP_KEY: has another value than DINGTALK_CLIENT_ID"),
    expect.stringContaining("DINGTALK_APP_SECRET: has another value than DINGTALK_CLIENT_SECRET"),
  ]);
});

test("reads credentials in another spelling, at the top and in an account [S1-16 S1-17]", () => {
  const cfg = channel({ app_key: "dingA", app_secret: "s", accounts: { b: { appKey: "dingB" } } });
  expect(listAccountIds(cfg).toSorted()).toEqual(["b", "default"]);
  expect(resolveAccount(cfg, "default")).toMatchObject({ clientId: "dingA", clientSecret: "s" });
  expect(resolveAccount(cfg, "b")).toMatchObject({ clientId: "dingB", clientSecret: "s" });
});

test("names a variable that the host could not fill in, instead of using its name", () => {
  const account = resolveAccount(channel({ clientId: "${DT_NO_SUCH_ID}", clientSecret: "s" }));
  expect(startBlock(account)).toBe(
    "config: channels.dingtalk.clientId: found ${DT_NO_SUCH_ID}, which the environment does not have; set it, or write the value itself",
  );
});

test("starts no account without a client id and secret, and says what is required [S2-39 S2-40]", () => {
  expect(startBlock(resolveAccount(channel({ enabled: true })))).toContain("no clientId. Next: set");
  expect(startBlock(resolveAccount(channel({ clientId: "dingA" })))).toContain("no clientSecret. Next: set");
  expect(startBlock(resolveAccount(channel({ clientId: "dingA", clientSecret: "s" })))).toBeUndefined();
});

test("uses an account's credentials under a policy of the whole channel [S2-28 S2-42]", () => {
  const main = {
    clientId: "dingM",
    clientSecret: "m",
    agentId: "1234567",
    corpId: "dingcorp",
    name: "Assistant",
  };
  const account = resolveAccount(channel({ dmPolicy: "pairing", accounts: { main } }), "main");
  expect(startBlock(account)).toBeUndefined();
  expect(account.settings).toMatchObject({
    dmPolicy: "pairing",
    name: "Assistant",
    dingtalkAgentId: "1234567",
    corpId: "dingcorp",
  });
});

test("warns of what accounts share once, and of all keys without effect in one line", () => {
  const cfg = channel({
    clientSecret: "s",
    corpId: "dingcorp",
    gatewayToken: "t0ken",
    clietnId: "x",
    accounts: { a: { clientId: "dingA" }, b: { clientId: "dingB", transport: "http" } },
  });
  const [a, b] = ["a", "b"].map((id) => configWarnings(cfg, resolveAccount(cfg, id)));
  expect(a).toEqual([
    expect.stringMatching(/^config: channels\.dingtalk\.gatewayToken: has no effect: /),
    "config: understood, but without effect in this version: channels.dingtalk.corpId",
    expect.stringMatching(
      /^config: unknown keys are ignored: channels\.dingtalk\.clietnId \(did you mean clientId\?\)\./,
    ),
  ]);
  expect(b).toEqual([
    "config: understood, but without effect in this version: channels.dingtalk.accounts.b.transport",
  ]);
  expect([...(a ?? []), ...(b ?? [])].join("\n")).not.toContain("t0ken");
});
