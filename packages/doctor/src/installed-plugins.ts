import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ConfigRecord } from "./config-record.ts";
import { isRecord, recordAt } from "./config-record.ts";
import { DINGTALK_CHANNELS } from "./known-plugins.ts";

/** A DingTalk plugin that lies where the host finds it. */
export interface InstalledPlugin {
  readonly id: string;
  /** Its name on npm; `undefined` when it says none. */
  readonly packageName: string | undefined;
  readonly channels: readonly string[];
}

/**
 * The DingTalk plugins on this machine, by their manifests: from npm, in `extensions/`, and in `plugins.load.paths`.
 * Those folders were observed in OpenClaw 2026.9.6. Whether a plugin is enabled is another question.
 */
export function findInstalledPlugins(state: string, config: ConfigRecord): readonly InstalledPlugin[] {
  const paths: unknown = recordAt(config, "plugins", "load")["paths"];
  const loaded = (Array.isArray(paths) ? paths : []).filter((path) => typeof path === "string");
  const projects = children(join(state, "npm", "projects"));
  const folders = [
    ...children(join(state, "extensions")),
    ...[join(state, "npm"), ...projects].flatMap((folder) => packagesIn(join(folder, "node_modules"))),
    ...loaded.flatMap((path) => [path, dirname(path), ...children(path)]),
  ];
  const plugins = folders.flatMap((folder) => readPlugin(folder) ?? []);
  return plugins.filter(({ id }, index) => plugins.findIndex((plugin) => plugin.id === id) === index);
}

function readPlugin(folder: string): InstalledPlugin | undefined {
  const manifest = readJson(join(folder, "openclaw.plugin.json"));
  const { id, channels } = manifest;
  if (typeof id !== "string" || !Array.isArray(channels)) return undefined;
  const named = channels.filter((channel) => typeof channel === "string");
  if (!named.some((channel) => DINGTALK_CHANNELS.includes(channel))) return undefined;
  const { name } = readJson(join(folder, "package.json"));
  return { id, packageName: typeof name === "string" ? name : undefined, channels: named };
}

function packagesIn(folder: string): readonly string[] {
  return children(folder).flatMap((path) => (/[/\\]@[^/\\]+$/.test(path) ? children(path) : [path]));
}

function children(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

function readJson(file: string): ConfigRecord {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
