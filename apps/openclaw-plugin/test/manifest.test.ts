import { readFileSync } from "node:fs";
import { join } from "node:path";

import { keysTable } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

import { createManifest } from "../scripts/plugin-manifest.ts";
import { ENV_APP_KEY, ENV_CLIENT_ID, TESTED_HOST } from "../src/ids.ts";
import { meta } from "../src/meta.ts";
import { SETUP_FIELDS } from "../src/setup-fields.ts";

const readJson = (file: string): Readonly<Record<string, unknown>> =>
  Object(JSON.parse(readFileSync(join(import.meta.dirname, "..", file), "utf8")));

test("openclaw.plugin.json is what scripts/manifest.ts writes", () => {
  expect(readJson("openclaw.plugin.json")).toEqual(createManifest());
});

test("package.json tells the host the same as the code", () => {
  const { openclaw } = readJson("package.json");
  const { channel, compat, build, install } = Object(openclaw);
  const { setup, configuredState, ...described } = channel;
  expect(described).toEqual(meta);
  expect(setup.fields).toEqual(Object.entries(SETUP_FIELDS).map(([key, field]) => ({ key, ...field })));
  expect(configuredState.env.anyOf).toEqual([ENV_CLIENT_ID, ENV_APP_KEY]);
  expect(compat.pluginApi).toBe(`>=${TESTED_HOST.from}`);
  expect(install.minHostVersion).toBe(`>=${TESTED_HOST.from}`);
  expect(build.openclawVersion).toBe(TESTED_HOST.to);
});

test("names no dependency but the host", () => {
  const { dependencies, peerDependencies } = readJson("package.json");
  expect(dependencies).toBeUndefined();
  expect(Object.keys(Object(peerDependencies))).toEqual(["openclaw"]);
});

const cells = (table: string): readonly string[] =>
  table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.replaceAll(/\s+/g, " "));

test("README.md explains the usual settings as the code knows them", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  expect(cells(readme)).toEqual(expect.arrayContaining([...cells(keysTable())]));
});
