import type { DatabaseSync } from "node:sqlite";

import { removeBackups } from "./backup.ts";
import type { LaneSchedule } from "./lane-schedule.ts";
import { listQuery } from "./list-query.ts";
import { readEntry, readKeys } from "./message-table.ts";
import type { MessageTable } from "./message-table.ts";
import type { Operations } from "./operations.ts";
import { integerOf, optionalInteger, singleInteger, textOf } from "./row.ts";

type InboxOperations = Pick<Operations, "counts" | "list" | "show" | "purge" | "erase" | "settings">;

/** Removed texts must not stay readable in the write-ahead log: `truncateLog` is asked to empty it after the commit. */
export function createInboxOperations(
  db: DatabaseSync,
  messages: MessageTable,
  schedule: LaneSchedule,
  truncateLog: () => void,
): InboxOperations {
  const erase = createErase(db, schedule, truncateLog);
  const ended = db.prepare(
    "select state, count(*) as n from message where ended_at is not null and state in ('done', 'dead', 'dropped') " +
      "group by state",
  );
  const running = db.prepare("select count(*) from message where state = 'running'");
  const lanes = db.prepare("select count(*) from lane");
  const oldest = db.prepare("select min(appended_at) as at from message where state = 'waiting'");
  const purge = createPurge(db, truncateLog);
  return {
    counts() {
      const byState = new Map(ended.all().map((row) => [textOf(row, "state"), integerOf(row, "n")]));
      const runningNow = singleInteger(running.get());
      return {
        waiting: schedule.total() - runningNow,
        running: runningNow,
        done: byState.get("done") ?? 0,
        dead: byState.get("dead") ?? 0,
        dropped: byState.get("dropped") ?? 0,
        lanes: singleInteger(lanes.get()),
        oldestWaitingAtMs: optionalInteger(oldest.get() ?? { at: null }, "at"),
      };
    },
    list(query) {
      const { sql, values } = listQuery(query);
      return db
        .prepare(sql)
        .all(...values)
        .map(readEntry);
    },
    settings: () => ({
      sqliteVersion: textOf(db.prepare("select sqlite_version() as version").get() ?? {}, "version"),
      journalMode: textOf(db.prepare("pragma journal_mode").get() ?? {}, "journal_mode"),
      synchronous: singleInteger(db.prepare("pragma synchronous").get()),
    }),
    show: (key) => messages.find(key),
    purge,
    erase,
  };
}

function createPurge(db: DatabaseSync, truncateLog: () => void): InboxOperations["purge"] {
  const forget = db.prepare(
    `delete from message where seq in (
       select seq from message where ended_at is not null and state in ('done', 'dropped') and ended_at < ?1
       union all select seq from message where ended_at is not null and state = 'dead' and ended_at < ?2 limit ?3)`,
  );
  const removeText = db.prepare(
    `update message set body = null, sender = null where seq in (
       select seq from message where body is not null and ended_at is not null
       and state in ('done', 'dropped') and ended_at < ?1 limit ?2)`,
  );
  const expire = db.prepare(
    "delete from state where (namespace, key) in (select namespace, key from state where expires_at <= ?1 limit ?2)",
  );
  return ({ nowMs, doneBeforeMs, deadBeforeMs, textBeforeMs, limit }) => {
    const messages = Number(forget.run(doneBeforeMs, deadBeforeMs, limit).changes);
    const texts = Number(removeText.run(textBeforeMs, limit).changes);
    const entries = Number(expire.run(nowMs, limit).changes);
    if (messages + texts + entries > 0) truncateLog();
    removeBackups(db, textBeforeMs);
    return { messages, texts, entries };
  };
}

function createErase(
  db: DatabaseSync,
  schedule: LaneSchedule,
  truncateLog: () => void,
): InboxOperations["erase"] {
  const drop = db.prepare(
    "update message set state = 'dropped', reason = 'erased', ended_at = ?2 " +
      "where sender = ?1 and state = 'waiting' returning lane",
  );
  const running = db.prepare("select count(*) from message where sender = ? and state = 'running'");
  const erase = db.prepare(
    "update message set body = null, sender = null where sender = ? and ended_at is not null " +
      "returning seq, robot_code, message_id",
  );
  return ({ sender, nowMs }) => {
    const dropped = drop.all(sender, nowMs);
    for (const row of dropped) {
      // The lane may have slept for the message that is gone; awake it finds out.
      const lane = textOf(row, "lane");
      schedule.lose(lane, schedule.isAsleep(lane));
    }
    truncateLog();
    removeBackups(db);
    const keys = readKeys(erase.all(sender));
    return {
      texts: keys.length,
      keys,
      dropped: dropped.length,
      running: singleInteger(running.get(sender)),
    };
  };
}
