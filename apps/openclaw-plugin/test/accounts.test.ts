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
import { startBlock } from "../src/config-problems.ts";

const channel = (dingtalk: Readonly<Record<string, unknown>>): { channels: Record<string, unknown> } => ({
  channels: { dingtalk },
});

afterEach(() => {
  delete process.env["DINGTALK_CLIENT_ID"];
  delete process.env["DINGTALK_CLIENT_SECRET"];
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
    gatewayToken: "t",
  });
  expect(unknownKeys(cfg)).toEqual(["channels.dingtalk.gatewayToken"]);
});
