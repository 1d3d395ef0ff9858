import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pid } from "node:process";
import { DatabaseSync } from "node:sqlite";

import { FaultError, isBusy } from "./fault.ts";
import { createPrivateFile } from "./private-file.ts";

/**
 * Makes this thread the only owner of `file`, or throws `owned`.
 *
 * The lock is SQLite's own, on an empty database beside the real one: the operating system lets go of it when the
 * process dies, however it dies, and it also holds between two threads of one process. Nobody but SQLite may open that
 * file: closing any descriptor of it would release the lock of the whole process (POSIX). That is why the owner's name is
 * in a third file.
 */
export function takeOwnership(file: string, timeoutMs: number): Disposable {
  const { lockFile, ownerFile } = filesBeside(file);
  createPrivateFile(lockFile);
  const lock = new DatabaseSync(lockFile, { timeout: timeoutMs });
  try {
    // Nothing is ever written, so the journal needs no file.
    lock.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new FaultError("owned", describeOwner(ownerFile)) : error;
  }
  nameOwner(ownerFile);
  return {
    [Symbol.dispose]() {
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}

/** Throws `owned` while somebody owns `file`. Creates nothing and holds nothing: who comes meanwhile waits an instant. */
export function refuseOwned(file: string, timeoutMs: number): void {
  const { lockFile, ownerFile } = filesBeside(file);
  if (!existsSync(lockFile)) return;
  using lock = new DatabaseSync(lockFile, { timeout: timeoutMs, readOnly: true });
  try {
    lock.prepare("select count(*) from sqlite_schema").get();
  } catch (error) {
    throw isBusy(error) ? new FaultError("owned", describeOwner(ownerFile)) : error;
  }
}

function filesBeside(file: string): { readonly lockFile: string; readonly ownerFile: string } {
  return { lockFile: `${file}.lock`, ownerFile: `${file}.owner` };
}

function nameOwner(ownerFile: string): void {
  try {
    writeFileSync(ownerFile, `${pid}\n`, { mode: 0o600 });
  } catch {
    // A courtesy: on a full disk the lock still holds, and what waits can still be worked on.
  }
}

function describeOwner(ownerFile: string): string {
  try {
    const owner = Number(readFileSync(ownerFile, "utf8"));
    if (owner === pid) return "this process already";
    if (Number.isSafeInteger(owner) && owner > 0) return `process ${owner}`;
  } catch {
    // Not there for a moment while the owner starts.
  }
  return "another process";
}
