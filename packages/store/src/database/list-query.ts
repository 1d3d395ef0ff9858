import type { SQLInputValue } from "node:sqlite";

import type { MessageState } from "@dingtalk-kit/protocol";

import type { RawQuery } from "./operations.ts";

const WITHOUT_TEXT =
  "seq, robot_code, message_id, lane, sender, null as body, state, attempts, reason, appended_at, ended_at";

/** As constants, so that SQLite sees which of the partial indexes apply. */
const IN_STATE: Readonly<Record<MessageState, string>> = {
  waiting: "state = 'waiting'",
  running: "state = 'running'",
  done: "state = 'done'",
  dead: "state = 'dead' and ended_at is not null",
  dropped: "state = 'dropped' and ended_at is not null",
};

/**
 * The statement for a page of messages. Nothing can be acknowledged while it runs, and nearly all messages are done:
 * without the plus SQLite would rather walk through all of those than sort the few others.
 */
export function listQuery(query: RawQuery): {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
} {
  const column = query.state === undefined || query.state === "done" ? "seq" : "+seq";
  const conditions: readonly [string, SQLInputValue | undefined][] = [
    ["lane = ?", query.lane],
    ["sender = ?", query.sender],
    ["message_id = ?", query.messageId],
    [query.newestFirst ? `${column} < ?` : `${column} > ?`, query.afterSeq],
  ];
  const given = conditions.flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]));
  const texts = [
    ...given.map(({ text }) => text),
    ...(query.state === undefined ? [] : [IN_STATE[query.state]]),
  ];
  const where = texts.length === 0 ? "" : `where ${texts.join(" and ")}`;
  const order = query.newestFirst ? `${column} desc` : column;
  return {
    sql: `select ${WITHOUT_TEXT} from message ${where} order by ${order} limit ?`,
    values: [...given.map(({ value }) => value), query.limit],
  };
}
