import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { beforeEach, expect, test, vi } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { patchAccount } from "../src/setup-account.ts";
import { setupContract } from "../src/setup.ts";

beforeEach(() => {
  vi.stubEnv("OPENCLAW_LOCALE", "en");
  vi.stubEnv("DINGTALK_CLIENT_ID", "");
  vi.stubEnv("DINGTALK_CLIENT_SECRET", "");
});

const input = { clientId: "dingNew", clientSecret: "new" };
const channel = (dingtalk: object): OpenClawConfig => ({ channels: { dingtalk } });
const apply = (cfg: OpenClawConfig, given: object, accountId = "default"): OpenClawConfig =>
  setupContract.applyAccountConfig({ cfg, accountId, input: given });

test("writes the default account at the top", () => {
  expect(apply({}, input).channels?.["dingtalk"]).toEqual({ enabled: true, ...input });
});

test("writes the default account where it stands, under accounts.default", () => {
  const cfg = apply(channel({ accounts: { default: { clientId: "dingOld", clientSecret: "old" } } }), input);
  expect(cfg.channels?.["dingtalk"]).toEqual({
    enabled: true,
    accounts: { default: { ...input, enabled: true } },
  });
});

test("writes a named account below accounts, under the spelling that is there", () => {
  expect(apply({}, input, "sales").channels?.["dingtalk"]).toMatchObject({ accounts: { sales: input } });
  const cfg = apply(channel({ accounts: { Sales: { clientId: "dingOld", name: "S" } } }), input, "sales");
  expect(cfg.channels?.["dingtalk"]).toEqual({
    enabled: true,
    accounts: { Sales: { ...input, name: "S", enabled: true } },
  });
});

test("gives another app no robot code of the app above", () => {
  const above = channel({ clientId: "dingOld", clientSecret: "old", robotCode: "robotOld" });
  const { settings } = resolveAccount(apply(above, input, "sales"), "sales");
  expect(settings?.robotCode).toBe("dingNew");
  const kept = apply(above, { ...input, robotCode: "robotNew" }, "sales");
  expect(resolveAccount(kept, "sales").settings?.robotCode).toBe("robotNew");
});

test("replaces another plugin's spelling of a key instead of contradicting it", () => {
  const old = { app_key: "dingOld", app_secret: "old", enableAICard: true, agentId: 4711 };
  const cfg = apply(channel(old), { ...input, messageType: "markdown" });
  expect(cfg.channels?.["dingtalk"]).toEqual({
    enabled: true,
    ...input,
    messageType: "markdown",
    agentId: 4711,
  });
  const below = apply(channel({ accounts: { sales: old } }), input, "sales");
  expect(resolveAccount(below, "sales")).toMatchObject({
    clientId: "dingNew",
    settings: { messageType: "card" },
  });
});

test("switches an account off without a word about the others", () => {
  const before = channel({ enabled: true, accounts: { a: input, b: input } });
  const cfg = patchAccount(before, "b", { set: { enabled: false }, clear: ["clientSecret"] });
  expect(cfg.channels?.["dingtalk"]).toEqual({
    enabled: true,
    accounts: { a: input, b: { clientId: "dingNew", enabled: false } },
  });
});

test("every flag reaches the setting of its name", () => {
  const flags = {
    robotCode: "robot",
    corpId: "dingcorp",
    dingtalkAgentId: "4711",
    messageType: "card",
    cardTemplateId: "my.schema",
    cardTemplateKey: "content",
    groupPolicy: "open",
    name: "Helper",
  };
  const cfg = apply(
    {},
    { ...input, ...flags, dmPolicy: "allowlist", allowFrom: ["alice"], owner: "user:boss" },
  );
  expect(resolveAccount(cfg).settings).toMatchObject({ ...input, ...flags });
  expect(resolveAccount(cfg).settings).toMatchObject({ dmPolicy: "allowlist", allowFrom: ["alice", "boss"] });
  expect(cfg.commands?.ownerAllowFrom).toEqual(["dingtalk:boss"]);
  expect(apply(cfg, { owner: "boss" }).commands?.ownerAllowFrom).toEqual(["dingtalk:boss"]);
});

test("lets everybody in with open, and nobody else's list does", () => {
  const open = apply({}, { ...input, allowFrom: ["alice"], dmPolicy: "open" });
  expect(resolveAccount(open).settings?.allowFrom).toEqual(["alice", "*"]);
  const closed = apply(open, { dmPolicy: "allowlist" });
  expect(resolveAccount(closed).settings?.allowFrom).toEqual(["alice"]);
});

test("--use-env takes the stored credentials away", () => {
  const cfg = apply(channel(input), { useEnv: true });
  expect(cfg.channels?.["dingtalk"]).toEqual({ enabled: true });
});

const validate = (accountId: string, given: object, cfg: OpenClawConfig = {}): string | null | undefined =>
  setupContract.validateInput?.({ cfg, accountId, input: given });

test("says which flags are missing", () => {
  expect(validate("default", { clientId: "x" })).toContain("--client-secret");
  expect(validate("default", {})).toContain("QR code");
  expect(validate("default", { useEnv: true })).toBeNull();
  expect(validate("sales", { useEnv: true })).toContain("default account");
  expect(validate("sales", input)).toBeNull();
});

test("changes single settings of an account that has its credentials", () => {
  const cfg = channel(input);
  expect(validate("default", { dmPolicy: "open" }, cfg)).toBeNull();
  expect(validate("default", { clientId: "other" }, cfg)).toContain("--client-secret");
});

test("takes a staff id for the owner and nothing else, and needs one for a test message", () => {
  expect(validate("default", { ...input, owner: "*" })).toContain("--owner");
  expect(validate("default", { ...input, owner: "$:LWCP_v1:$x" })).toContain("--owner");
  expect(validate("default", { ...input, testMessage: true })).toContain("--owner");
  expect(validate("default", { ...input, owner: "boss", testMessage: true })).toBeNull();
  expect(validate("default", { ...input, dmPolicy: "maybe" })).toContain('"pairing"');
});

/** What the command says after it wrote the config. */
async function report(simulator: Simulator, given: object): Promise<string> {
  const { app, endpoints } = simulator;
  const flags = { clientId: app.clientId, clientSecret: app.clientSecret, ...given };
  const cfg = apply(channel({ endpoints }), flags);
  const said: string[] = [];
  await setupContract.afterAccountConfigWritten?.({
    previousCfg: {},
    cfg,
    accountId: "default",
    input: flags,
    runtime: { log: (line) => void said.push(String(line)), error: () => undefined, exit: () => undefined },
  });
  return said.join("\n");
}

test("tries the credentials that the flags wrote, and sends the test message", async () => {
  await using simulator = await openSimulator({ people: [{ staffId: "boss" }] });
  const good = await report(simulator, { owner: "boss", testMessage: true });
  expect(good).toMatch(/accepts the credentials[\s\S]*Sent[\s\S]*gateway restart/);
  expect(simulator.messages()).toHaveLength(1);
  const lost = await report(simulator, { owner: "nobody", testMessage: true });
  expect(lost).toMatch(/did not go out\n {2}Stage: http\n.*invalidStaffIdList/);
});

test("names the stage and the next step when DingTalk refuses what the flags wrote", async () => {
  await using simulator = await openSimulator();
  const refused = await report(simulator, { clientSecret: "wrong-secret", owner: "boss", testMessage: true });
  expect(refused).toMatch(/did not accept.*\n {2}Stage: token\n.*invalidClientIdOrSecret.*\n {2}Next: check/);
  expect(refused).not.toContain("wrong-secret");
  expect(simulator.messages()).toEqual([]);
});
