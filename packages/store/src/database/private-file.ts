import { chmodSync, closeSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { FaultError } from "./fault.ts";

const ONLY_OWNER = 0o600;

/**
 * The one path of a file that may not exist yet, with its folder made (0700) if it was missing. Through links, so that
 * two names of one database share one lock.
 */
export function settlePath(file: string): string {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return realpathSync(file);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return join(realpathSync(folder), basename(file));
  }
}

/** The one path of a file that must be there. @throws FaultError `missing` */
export function existingPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    throw hasCode(error, "ENOENT") ? new FaultError("missing", "no such file") : error;
  }
}

/**
 * Sees to it that the file exists and is readable for its owner alone. SQLite gives its side files the same mode.
 *
 * An existing file is never opened: closing it again would release the locks that SQLite holds on it in this process.
 */
export function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", ONLY_OWNER));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    chmodSync(file, ONLY_OWNER);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
