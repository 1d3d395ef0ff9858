import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { parseConfig } from "./config-document.ts";
import { configuredChannels } from "./plugin-state.ts";

/** OpenClaw's own copies (`.bak`, `.bak.1`, …) and ours. */
const BACKUP = /\.(?:bak(?:\.\d+)?|dingtalk-backup-\w+(?:-\d+)?)$/;

/**
 * The newest copy beside a config that still has DingTalk settings. For a config that has none: the host deletes them
 * when a plugin is uninstalled, and keeps its last copies.
 */
export async function findLostSettings(path: string): Promise<string | undefined> {
  const name = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const copies = names.filter((entry) => entry.startsWith(`${name}.`) && BACKUP.test(entry));
  const dated = await Promise.all(
    copies.map(async (entry) => {
      const copy = join(dirname(path), entry);
      return { copy, changedMs: (await stat(copy)).mtimeMs, hasSettings: await hasSettings(copy) };
    }),
  );
  return dated.filter(({ hasSettings: has }) => has).toSorted((a, b) => b.changedMs - a.changedMs)[0]?.copy;
}

async function hasSettings(copy: string): Promise<boolean> {
  try {
    return configuredChannels(parseConfig(await readFile(copy, "utf8"), copy).value).length > 0;
  } catch {
    return false;
  }
}
