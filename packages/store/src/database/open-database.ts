import { DatabaseSync } from "node:sqlite";

import { takeOwnership } from "./lock.ts";
import { checkIdentity, migrate } from "./migrate.ts";
import { createPrivateFile, settlePath } from "./private-file.ts";
import { singleInteger } from "./row.ts";
import { SCHEMA } from "./schema.ts";

export interface DatabaseOptions {
  readonly file: string;
  readonly lockTimeoutMs: number;
  /** Appending stops here. What is there already may grow a little more: it has to be worked off. */
  readonly maxFileBytes: number | undefined;
}

export interface OpenDatabase extends Disposable {
  readonly db: DatabaseSync;
  readonly schemaVersion: number;
}

/** How much more than the limit for appending the file may take in the end. */
const HARD_LIMIT_FACTOR = 1.25;

/** For somebody with a database shell who looks at the file while we write. */
const BUSY_TIMEOUT_MS = 500;

/**
 * Opens the database as its only owner, creates or migrates it, and sets it to lose nothing: a commit returns when the
 * write-ahead log is on disk.
 *
 * @throws FaultError, or what SQLite or the file system threw.
 */
export function openDatabase({ file, lockTimeoutMs, maxFileBytes }: DatabaseOptions): OpenDatabase {
  const path = settlePath(file);
  const ownership = takeOwnership(path, lockTimeoutMs);
  try {
    createPrivateFile(path);
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      // Before anything that writes: a file of another program must stay as it is.
      checkIdentity(db, SCHEMA);
      applySettings(db, maxFileBytes);
      const schemaVersion = migrate(db, SCHEMA);
      return {
        db,
        schemaVersion,
        [Symbol.dispose]() {
          db.close();
          ownership[Symbol.dispose]();
        },
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    ownership[Symbol.dispose]();
    throw error;
  }
}

function applySettings(db: DatabaseSync, maxFileBytes: number | undefined): void {
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma secure_delete = on;
    pragma cache_size = -16000;
    pragma journal_size_limit = 67108864;
  `);
  if (maxFileBytes === undefined) return;
  const pages = Math.ceil(
    (maxFileBytes * HARD_LIMIT_FACTOR) / singleInteger(db.prepare("pragma page_size").get()),
  );
  db.exec(`pragma max_page_count = ${pages}`);
}
