import { join } from "node:path";

import { expect, test } from "vitest";

import { configCandidates, stateFolder } from "../src/config-paths.ts";

const at = (env: Readonly<Record<string, string>>) => ({ env, home: "/home/me", cwd: "/work" });

test("looks where OpenClaw looks, in its order", () => {
  expect(configCandidates(undefined, at({})).map(({ path }) => path)).toEqual([
    "/home/me/.openclaw/openclaw.json",
    "/home/me/.openclaw/clawdbot.json",
    "/home/me/.clawdbot/openclaw.json",
    "/home/me/.clawdbot/clawdbot.json",
  ]);
  expect(configCandidates(undefined, at({ OPENCLAW_STATE_DIR: "~/state" }))).toMatchObject([
    { path: "/home/me/state/openclaw.json", because: "OPENCLAW_STATE_DIR" },
    { path: "/home/me/state/clawdbot.json" },
    { path: "/home/me/.openclaw/openclaw.json", because: "default" },
    {},
    {},
    {},
  ]);
  expect(configCandidates(undefined, at({ OPENCLAW_HOME: "~/other" }))[0]?.path).toBe(
    "/home/me/other/.openclaw/openclaw.json",
  );
});

test("looks nowhere else when a file is named", () => {
  const env = { OPENCLAW_CONFIG_PATH: "~/my.json", OPENCLAW_STATE_DIR: "/state" };
  expect(configCandidates(undefined, at(env))).toEqual([
    { path: "/home/me/my.json", because: "OPENCLAW_CONFIG_PATH" },
  ]);
  expect(configCandidates("a.json", at(env))).toEqual([{ path: "/work/a.json", because: "--config" }]);
});

test("knows where the state is, beside the config or where the environment says", () => {
  expect(stateFolder(join("/srv", "openclaw.json"), at({}))).toBe("/srv");
  expect(stateFolder(join("/srv", "openclaw.json"), at({ OPENCLAW_STATE_DIR: "~/state" }))).toBe(
    "/home/me/state",
  );
});
