import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { FaultError } from "./fault.ts";
import { refuseOwned, takeOwnership } from "./lock.ts";
import { checkIdentity, migrate } from "./migrate.ts";
import { createPrivateFile, existingPath, settlePath } from "./private-file.ts";
import { singleInteger } from "./row.ts";
import { SCHEMA } from "./schema.ts";
import type { SchemaStep } from "./schema.ts";

export interface DatabaseOptions {
  readonly file: string;
  readonly lockTimeoutMs: number;
  /** Appending stops here. What is there already may grow a little more: it has to be worked off. */
  readonly maxFileBytes: number | undefined;
}

export interface OpenDatabase extends Disposable {
  readonly db: DatabaseSync;
  readonly schemaVersion: number;
  /** `false`: it is only looked at. */
  readonly owned: boolean;
}

/** How much more than the limit for appending the file may take in the end. */
const HARD_LIMIT_FACTOR = 1.25;

/** For somebody with a database shell who looks at the file while we write. */
export const BUSY_TIMEOUT_MS = 500;

/**
 * Opens the database as its only owner, creates or migrates it, and sets it to lose nothing: a commit returns when the
 * write-ahead log is on disk.
 *
 * @throws FaultError, or what SQLite or the file system threw.
 */
export function openDatabase(
  { file, lockTimeoutMs, maxFileBytes }: DatabaseOptions,
  schema: readonly SchemaStep[] = SCHEMA,
): OpenDatabase {
  const path = settlePath(file);
  const ownership = takeOwnership(path, lockTimeoutMs);
  try {
    createPrivateFile(path);
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      // Before anything that writes: a file of another program must stay as it is.
      checkIdentity(db, schema);
      applySettings(db, maxFileBytes);
      const schemaVersion = migrate(db, schema);
      return {
        db,
        schemaVersion,
        owned: true,
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

/**
 * Opens a database that nobody owns, to look at it: no byte of it changes, and what belongs to an older version stays so.
 * Should an owner come meanwhile, neither disturbs the other.
 *
 * @throws FaultError, or what SQLite or the file system threw.
 */
export function openForReading({ file, lockTimeoutMs }: DatabaseOptions): OpenDatabase {
  const path = existingPath(file);
  refuseOwned(path, lockTimeoutMs);
  // SQLite reads beside its log only. One that a crash left has to stay as it is; one that is made for the reading goes
  // with it, for which the file must be open for more.
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: existsSync(`${path}-wal`) });
  try {
    db.exec("pragma query_only = on");
    const schemaVersion = checkIdentity(db, SCHEMA);
    if (schemaVersion === 0) throw new FaultError("missing", "the file is empty");
    return { db, schemaVersion, owned: false, [Symbol.dispose]: () => db.close() };
  } catch (error) {
    db.close();
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
