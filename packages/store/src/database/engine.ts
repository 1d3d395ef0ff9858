import type { DatabaseSync } from "node:sqlite";

import { recoverLanes, giveBackClaims } from "./recover.ts";
import { createInboxOperations } from "./inbox-operations.ts";
import { createLaneOperations } from "./lane-operations.ts";
import { createRoomCheck } from "./room-check.ts";
import { createLaneSchedule } from "./lane-schedule.ts";
import { createMessageTable } from "./message-table.ts";
import { BUSY_TIMEOUT_MS, openDatabase, openForReading } from "./open-database.ts";
import type { DatabaseOptions, OpenDatabase } from "./open-database.ts";
import type { LaneLimits, Operations } from "./operations.ts";
import { createStateOperations } from "./state-operations.ts";

export interface EngineOptions extends DatabaseOptions {
  /** `read` only looks: operations that write are refused. */
  readonly mode: "own" | "read";
  readonly limits: LaneLimits;
}

/** An open database with everything that can be asked of it, one call at a time. Disposing gives claims back. */
export interface Engine extends Disposable {
  readonly schemaVersion: number;
  readonly operations: Operations;
  /** Transactions so far. */
  readonly commits: number;
  /** Runs `work` in one transaction: all of it is on disk when this returns, or none of it has happened. */
  transact<T>(work: () => T): T;
}

/** @throws FaultError, or what SQLite or the file system threw. */
export function openEngine(options: EngineOptions): Engine {
  const database = options.mode === "own" ? openDatabase(options) : openForReading(options);
  try {
    return createEngine(database, options);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/**
 * Does not wait for somebody who reads: every call after a removal would, and acknowledge nothing meanwhile.
 *
 * @returns whether the log is empty now. What is committed stays so: a failure here is no failure of the call.
 */
function emptyLog(db: DatabaseSync): boolean {
  try {
    db.exec("pragma busy_timeout = 0");
    return db.prepare("pragma wal_checkpoint(truncate)").get()?.["busy"] === 0;
  } catch {
    return false;
  } finally {
    db.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

function createEngine(database: OpenDatabase, { limits, maxFileBytes }: EngineOptions): Engine {
  const { db, schemaVersion, owned } = database;
  if (owned) recoverLanes(db);
  const schedule = createLaneSchedule(db);
  schedule.refresh();
  const messages = createMessageTable(db);
  let truncates = false;
  let commits = 0;
  const truncateLog = (): void => void (truncates = true);
  return {
    schemaVersion,
    operations: {
      ...createLaneOperations(messages, schedule, limits, createRoomCheck(db, maxFileBytes)),
      ...createInboxOperations(db, messages, schedule, truncateLog),
      ...createStateOperations(db),
    },
    get commits() {
      return commits;
    },
    transact(work) {
      db.exec(owned ? "begin immediate" : "begin");
      let result;
      try {
        // What another process owns changes without us.
        if (!owned) schedule.refresh();
        result = work();
        db.exec("commit");
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (db.isTransaction) db.exec("rollback");
        schedule.refresh();
        throw error;
      }
      commits += 1;
      if (truncates) truncates = !emptyLog(db);
      return result;
    },
    [Symbol.dispose]() {
      try {
        if (owned) giveBackClaims(db);
      } finally {
        database[Symbol.dispose]();
      }
    },
  };
}
