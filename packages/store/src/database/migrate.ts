import type { DatabaseSync } from "node:sqlite";

import { findBackup, writeBackup } from "./backup.ts";
import { FaultError } from "./fault.ts";
import { singleInteger } from "./row.ts";
import { APPLICATION_ID } from "./schema.ts";
import type { SchemaStep } from "./schema.ts";

const pragma = (db: DatabaseSync, name: string): number => singleInteger(db.prepare(`pragma ${name}`).get());

/**
 * Makes sure that the database is ours and that this code can work with it, without changing anything.
 *
 * @returns its schema version; 0 for a new file.
 * @throws FaultError `foreign` or `newer-schema`.
 */
export function checkIdentity(db: DatabaseSync, steps: readonly SchemaStep[]): number {
  const version = pragma(db, "user_version");
  const applicationId = pragma(db, "application_id");
  const objects = singleInteger(db.prepare("select count(*) from sqlite_schema").get());
  if (version === 0 && applicationId === 0 && objects === 0) return 0;
  if (applicationId !== APPLICATION_ID)
    throw new FaultError("foreign", `application id ${applicationId}, ${objects} tables and indexes`);
  const known = steps.at(-1)?.version ?? 0;
  if (version <= known) return version;
  const usableFrom = singleInteger(
    db.prepare("select value from meta where key = 'usable_from'").get() ?? { value: version },
  );
  if (usableFrom <= known) return version;
  const detail = `schema ${version}, this version knows up to ${known}`;
  throw new FaultError("newer-schema", detail, findBackup(db, known));
}

/**
 * Brings the tables to the newest version that this code knows; all steps or none. A newer schema stays as it is.
 *
 * Where the program that wrote the file could not use it any more afterwards, a copy is put beside it first: the way back.
 */
export function migrate(db: DatabaseSync, steps: readonly SchemaStep[]): number {
  const from = checkIdentity(db, steps);
  const missing = steps.filter((step) => step.version > from);
  if (missing.length === 0) return from;
  if (from > 0 && missing.some((step) => step.usableFrom > from)) writeBackup(db, from);
  db.exec("begin immediate");
  try {
    db.exec(`pragma application_id = ${APPLICATION_ID}`);
    for (const step of missing) {
      db.exec(step.sql);
      db.prepare("update meta set value = ? where key = 'usable_from'").run(step.usableFrom);
      db.exec(`pragma user_version = ${step.version}`);
    }
    db.exec("commit");
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
  return missing.at(-1)?.version ?? from;
}
