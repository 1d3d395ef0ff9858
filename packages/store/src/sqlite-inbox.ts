import type { Clock } from "@dingtalk-kit/protocol";

import { readBody } from "./claims.ts";
import type { Claims } from "./claims.ts";
import type { RawEntry } from "./database/operations.ts";
import type { Inbox, InboxEntry, InboxView, Purged } from "./inbox.ts";
import type { ResolvedStoreOptions } from "./options.ts";
import type { WorkerConnection } from "./worker-connection.ts";

const DEFAULT_PAGE = 100;
/** Rows of one purging transaction: others wait meanwhile. */
const PURGE_AT_ONCE = 1_000;

export function createInboxView(connection: WorkerConnection, clock: Clock): InboxView {
  return {
    counts: () => connection.call("counts", { nowMs: clock.nowMs() }),
    async list({ after, order, limit = DEFAULT_PAGE, ...query } = {}) {
      const afterSeq = after === undefined ? undefined : Number(after);
      const newestFirst = order === "newest";
      const rows = await connection.call("list", { ...query, newestFirst, afterSeq, limit });
      const next = rows.length < limit ? undefined : rows.at(-1)?.seq;
      return { entries: rows.map(readEntry), next: next === undefined ? undefined : String(next) };
    },
    async show({ robotCode, messageId }) {
      const row = await connection.call("show", { robotCode, messageId });
      return row === undefined ? undefined : { ...readEntry(row), body: readBody(row.body) };
    },
  };
}

export function createInbox(
  connection: WorkerConnection,
  options: ResolvedStoreOptions,
  clock: Clock,
  claims: Claims,
): Inbox {
  return {
    ...createInboxView(connection, clock),
    async requeue({ robotCode, messageId }) {
      const key = { robotCode, messageId };
      const result = await connection.call("requeue", { key, nowMs: clock.nowMs() });
      claims.changed();
      return result;
    },
    async purge() {
      const nowMs = clock.nowMs();
      const before = {
        doneBeforeMs: nowMs - options.keepDoneMs,
        deadBeforeMs: nowMs - options.keepDeadMs,
        textBeforeMs: nowMs - options.keepTextMs,
      };
      let sum: Purged = { messages: 0, texts: 0, entries: 0 };
      for (;;) {
        const purged = await connection.call("purge", { nowMs, ...before, limit: PURGE_AT_ONCE });
        sum = {
          messages: sum.messages + purged.messages,
          texts: sum.texts + purged.texts,
          entries: sum.entries + purged.entries,
        };
        if (Math.max(purged.messages, purged.texts, purged.entries) < PURGE_AT_ONCE) return sum;
      }
    },
    async erase(sender) {
      const erased = await connection.call("erase", { sender, nowMs: clock.nowMs() });
      claims.changed();
      return erased;
    },
  };
}

function readEntry(row: RawEntry): InboxEntry {
  const { seq: _seq, body: _body, ...entry } = row;
  return entry;
}
