import { chmod, chown, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { codeOf } from "./config-file.ts";

/** What a config file shall say. */
export interface Replacement {
  readonly path: string;
  /** What stood in it when the new text was made; `undefined`: there was no file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** The file was not written. The message says why and what to do. */
export class NotWrittenError extends Error {
  override get name(): string {
    return "NotWrittenError";
  }
}

/**
 * Puts a new text in the place of a file, whole or not at all, with its mode and owner. What stood there before is kept
 * beside it, readable by its owner alone.
 *
 * @returns the path of the backup; `undefined` when there was no file.
 * @throws NotWrittenError when the file changed meanwhile, or the folder lets nobody write
 */
export async function replaceFile(
  replacement: Replacement,
  ports: Partial<Ports> = {},
): Promise<string | undefined> {
  const filled = fillPorts(ports);
  const { path, before, after } = replacement;
  const draft = join(dirname(path), `.${basename(path)}.${filled.randomId()}.draft`);
  let backup: string | undefined;
  try {
    backup = before === undefined ? undefined : await writeBackup(path, before, filled.clock.nowMs());
    await writeDraft(draft, after, path);
    await requireUnchanged(replacement);
    await rename(draft, path);
    return backup;
  } catch (error) {
    await rm(draft, { force: true });
    if (backup !== undefined) await rm(backup, { force: true });
    if (error instanceof NotWrittenError) throw error;
    throw new NotWrittenError(
      `cannot write ${path}: ${codeOf(error) ?? "no reason given"}. Next: run the command as the user who owns it`,
      { cause: error },
    );
  }
}

/** `openclaw.json.dingtalk-backup-20261121T093000Z`. */
async function writeBackup(path: string, text: string, nowMs: number): Promise<string> {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const name = `${path}.dingtalk-backup-${time}`;
  for (let copy = 1; ; copy++) {
    const backup = copy === 1 ? name : `${name}-${copy}`;
    try {
      await writeNew(backup, text);
      return backup;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

async function writeDraft(draft: string, text: string, path: string): Promise<void> {
  await writeNew(draft, text);
  const original = await stat(path).catch(() => undefined);
  if (original === undefined) return;
  const own = await stat(draft);
  if (own.uid !== original.uid || own.gid !== original.gid) await chown(draft, original.uid, original.gid);
  await chmod(draft, original.mode & 0o7777);
}

/** Only its owner may read it from the first byte on. */
async function writeNew(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(text);
  await file.sync();
}

async function requireUnchanged({ path, before }: Replacement): Promise<void> {
  const now = await readFile(path, "utf8").catch(() => undefined);
  if (now === before) return;
  throw new NotWrittenError(`${path} changed meanwhile, nothing was written. Next: run the command again`);
}
