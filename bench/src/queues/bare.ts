import { DatabaseSync } from "node:sqlite";

import type { Queue } from "./queue.ts";

/**
 * The least that a durable queue costs: node:sqlite on the main thread, one table in the same mode of writing, no lanes, no
 * retries, no group commit. Each call blocks until the disk has answered.
 */
export function openBareQueue(file: string): Queue<number> {
  const db = new DatabaseSync(file);
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table message (
      seq integer primary key, message_id text unique, lane text, body text, state text default 'waiting'
    ) strict;
    create index waiting on message (seq) where state = 'waiting';
  `);
  const insert = db.prepare("insert into message (message_id, lane, body) values (?, ?, ?)");
  const claim = db.prepare(
    "update message set state = 'running' where seq = (select seq from message where state = 'waiting' " +
      "order by seq limit 1) returning *",
  );
  const finish = db.prepare("update message set state = 'done' where seq = ?");
  return {
    async append(lane, messageId, body) {
      insert.run(messageId, lane, JSON.stringify(body));
    },
    async claim() {
      const row = claim.get();
      if (row === undefined) throw new Error("nothing to claim");
      JSON.parse(String(row["body"]));
      return Number(row["seq"]);
    },
    async finish(seq) {
      finish.run(seq);
    },
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}
