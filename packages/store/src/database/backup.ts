import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { createPrivateFile } from "./private-file.ts";

/** What stands beside a database that was migrated to tables its last program cannot use. */
const pathOf = (file: string, schemaVersion: number | ""): string => `${file}.schema-${schemaVersion}`;

/** Copies the database, whole and on disk when this returns, to `<file>.schema-<version>`. Not inside a transaction. */
export function writeBackup(db: DatabaseSync, schemaVersion: number): void {
  const file = db.location();
  if (file === null) return;
  const unfinished = `${pathOf(file, schemaVersion)}.part`;
  try {
    rmSync(unfinished, { force: true });
    createPrivateFile(unfinished);
    db.prepare("vacuum into ?").run(unfinished);
    // SQLite does not wait for the disk here. @see https://www.sqlite.org/lang_vacuum.html#vacuuminto
    syncFile(unfinished);
    renameSync(unfinished, pathOf(file, schemaVersion));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The newest backup that a program can use which knows tables up to this version. */
export function findBackup(db: DatabaseSync, knownVersion: number): string | undefined {
  const file = db.location();
  if (file === null) return undefined;
  const versions = Array.from({ length: knownVersion }, (_item, index) => knownVersion - index);
  return versions.map((version) => pathOf(file, version)).find((path) => existsSync(path));
}

/** Backups hold texts as well, and those cannot be taken out one by one. What a crash left half copied goes with them. */
export function removeBackups(db: DatabaseSync, writtenBeforeMs: number = Number.POSITIVE_INFINITY): void {
  const file = db.location();
  if (file === null) return;
  const folder = dirname(file);
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    if (path.startsWith(pathOf(file, "")) && statSync(path).mtimeMs < writtenBeforeMs) rmSync(path);
  }
}

function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
