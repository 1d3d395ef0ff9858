import { resolve } from "node:path";

import type { Ports } from "@dingtalk-kit/protocol";

import { findConfig, readConfig } from "./config-file.ts";
import { requireWritable } from "./read-only.ts";
import { replaceFile } from "./replace-file.ts";
import type { Surroundings } from "./surroundings.ts";

export interface RestoreOptions {
  /** The file to put back. */
  readonly restore: string;
  /** The config to replace. @defaultValue the one that the host reads */
  readonly config?: string | undefined;
}

export interface RestoreResult {
  readonly path: string;
  readonly restored: string;
  /** Whether anything had to be written. */
  readonly written: boolean;
  /** What stood there before. */
  readonly backup: string | undefined;
}

/**
 * Puts a backup back, byte for byte; what it replaces becomes a backup itself.
 *
 * @throws ConfigError when one of the files cannot be read, or the backup is no config
 * @throws NotWrittenError when it could not be written
 */
export async function restore(
  options: RestoreOptions,
  surroundings: Surroundings,
  ports: Partial<Ports> = {},
): Promise<RestoreResult> {
  const from = resolve(surroundings.cwd, options.restore);
  const backup = await readConfig({ path: from, because: "--restore" });
  const { path, file } = await findConfig(options.config, surroundings);
  const before = file?.document.text;
  const after = backup.document.text;
  if (before === after) return { path, restored: from, written: false, backup: undefined };
  requireWritable(surroundings.env, path);
  return { path, restored: from, written: true, backup: await replaceFile({ path, before, after }, ports) };
}
