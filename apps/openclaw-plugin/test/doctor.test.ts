import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { legacyConfigRules, normalizeCompatibilityConfig } from "../src/doctor-contract-api.ts";
import { doctor } from "../src/doctor.ts";
import { findRival } from "../src/rivals.ts";

type Config = Parameters<typeof normalizeCompatibilityConfig>[0]["cfg"];

const account = { clientId: "dingabcdefgh1234", clientSecret: "s3cret-of-the-app" };

let state: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "dingtalk-state-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", state);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(state, { recursive: true, force: true });
});

/** What the host does with a rule of ours. */
function matching(cfg: Config): readonly string[] {
  const root: Readonly<Record<string, unknown>> = { ...cfg };
  return legacyConfigRules
    .filter(({ path, match }) => {
      const value = path.reduce<unknown>((inner, step) => Object(inner)[step], root);
      return value !== undefined && (match === undefined || match(value, root));
    })
    .map(({ path }) => path.join("."));
}

async function install(id: string): Promise<void> {
  const folder = join(state, "extensions", id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "openclaw.plugin.json"), JSON.stringify({ id, channels: [id] }));
}

test("moves the settings of a plugin that is gone, with the credentials, and nothing the second time", () => {
  const cfg: Config = { channels: { "dingtalk-connector": account } };
  expect(matching(cfg)).toContain("channels.dingtalk-connector");
  const first = normalizeCompatibilityConfig({ cfg });
  expect(first.config.channels?.["dingtalk"]).toMatchObject(account);
  expect(first.config.channels).not.toHaveProperty("dingtalk-connector");
  expect(first.changes.join("\n")).toContain("channels.dingtalk.clientId");
  expect([...first.changes, ...(first.warnings ?? [])].join("\n")).not.toContain(account.clientSecret);

  expect(matching(first.config)).toEqual([]);
  expect(normalizeCompatibilityConfig({ cfg: first.config })).toEqual({ config: first.config, changes: [] });
});

test("renames the spellings of others among our own settings", () => {
  const cfg: Config = { channels: { dingtalk: { app_key: account.clientId, app_secret: "s" } } };
  expect(matching(cfg)).toEqual(["channels.dingtalk"]);
  const { config } = normalizeCompatibilityConfig({ cfg });
  expect(config.channels?.["dingtalk"]).toMatchObject({ clientId: account.clientId, clientSecret: "s" });
});

test("leaves the settings of a plugin alone that is installed and enabled", async () => {
  await install("ddingtalk");
  const cfg: Config = { channels: { ddingtalk: account } };
  expect(matching(cfg)).toEqual([]);
  expect(normalizeCompatibilityConfig({ cfg })).toEqual({ config: cfg, changes: [] });

  const disabled: Config = { ...cfg, plugins: { entries: { ddingtalk: { enabled: false } } } };
  expect(matching(disabled)).toEqual(["channels.ddingtalk"]);
  const both = { ddingtalk: account, dingtalk: { app_key: "dingother" } };
  expect(normalizeCompatibilityConfig({ cfg: { channels: both } }).config.channels).toEqual({
    ddingtalk: account,
    dingtalk: { clientId: "dingother" },
  });
});

test("has nothing to say about settings of ours", () => {
  const cfg: Config = { channels: { dingtalk: account, telegram: {} } };
  expect(matching(cfg)).toEqual([]);
  expect(normalizeCompatibilityConfig({ cfg }).config).toBe(cfg);
});

test("names other DingTalk plugins to whoever runs the doctor", async () => {
  await install("ddingtalk");
  const cfg: Config = { channels: { dingtalk: account, ddingtalk: account } };
  const notes = await doctor.collectPreviewWarnings?.({ cfg, doctorFixCommand: "openclaw doctor --fix" });
  expect(notes).toEqual([
    expect.stringMatching(/^- plugins\.entries\.ddingtalk: .*openclaw plugins disable ddingtalk/),
    expect.stringMatching(/^- channels\.ddingtalk: has the same clientId ding\.\.\.1234/),
  ]);
});

test("takes no plugin for a rival that the config turns off", () => {
  const channels = { dingtalk: account, ddingtalk: { accounts: { main: { clientId: account.clientId } } } };
  expect(findRival({ channels }, account.clientId)).toBe("channels.ddingtalk");
  expect(findRival({ channels }, "dingother")).toBeUndefined();
  const plugins = { entries: { ddingtalk: { enabled: false } } };
  expect(findRival({ channels, plugins }, account.clientId)).toBeUndefined();
  expect(findRival({ channels, plugins: { allow: ["dingtalk"] } }, account.clientId)).toBeUndefined();
});
