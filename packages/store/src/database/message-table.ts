import type { DatabaseSync } from "node:sqlite";

import type { MessageKey, MessageState } from "@dingtalk-kit/protocol";
import type { ClaimId, RawClaim, RawEntry, RawMessage } from "./operations.ts";
import { integerOf, optionalInteger, optionalText, textOf } from "./row.ts";
import type { Row } from "./row.ts";

/** The rows of messages. Knows nothing of when a lane may go on. */
export interface MessageTable {
  find(key: MessageKey): RawEntry | undefined;
  insert(message: RawMessage, nowMs: number): void;
  /** Claims the first message that waits in a lane. */
  claimFirst(lane: string): RawClaim | undefined;
  /** The first message that waits in a lane. */
  firstSeq(lane: string): number | undefined;
  /** @returns the lane, or `undefined` when the claim holds no longer. */
  end(claim: ClaimId, end: MessageEnd): string | undefined;
  /** @returns the lane, or `undefined` when the claim holds no longer. */
  putBack(claim: ClaimId, reason: string | null, countsAsAttempt: boolean): string | undefined;
  /** Ends a message that nobody has claimed. */
  dropOne(seq: number, reason: string, nowMs: number): void;
  dropLane(lane: string, reason: string, nowMs: number): readonly MessageKey[];
  /** Puts an ended message at the end of its lane, as if it had just come. */
  revive(seq: number): void;
}

export interface MessageEnd {
  readonly state: MessageState;
  readonly reason: string | null;
  readonly nowMs: number;
}

export function createMessageTable(db: DatabaseSync): MessageTable {
  const find = db.prepare("select * from message where message_id = ? and robot_code = ?");
  const insert = db.prepare(
    "insert into message (robot_code, message_id, lane, sender, body, appended_at) values (?, ?, ?, ?, ?, ?)",
  );
  const first = db.prepare(
    "select seq from message where lane = ? and state = 'waiting' order by seq limit 1",
  );
  const claim = db.prepare(
    "update message set state = 'running', attempts = attempts + 1, fence = fence + 1 where seq = ? returning *",
  );
  const end = db.prepare(
    "update message set state = ?3, reason = ?4, ended_at = ?5 " +
      "where seq = ?1 and fence = ?2 and state = 'running' returning lane",
  );
  const putBack = db.prepare(
    "update message set state = 'waiting', reason = coalesce(?3, reason), attempts = attempts - ?4 " +
      "where seq = ?1 and fence = ?2 and state = 'running' returning lane",
  );
  const dropOne = db.prepare(
    "update message set state = 'dropped', reason = ?2, ended_at = ?3 where seq = ?1 and state = 'waiting'",
  );
  const dropLane = db.prepare(
    "update message set state = 'dropped', reason = ?2, ended_at = ?3 " +
      "where lane = ?1 and state = 'waiting' returning seq, robot_code, message_id",
  );
  // A row with the same key gives way, and the new one gets the next number.
  const revive = db.prepare(
    "insert or replace into message (robot_code, message_id, lane, sender, body, fence, appended_at) " +
      "select robot_code, message_id, lane, sender, body, fence, appended_at from message where seq = ?",
  );
  const firstSeq = (lane: string): number | undefined => {
    const row = first.get(lane);
    return row === undefined ? undefined : integerOf(row, "seq");
  };
  return {
    find(key) {
      const row = find.get(key.messageId, key.robotCode);
      return row === undefined ? undefined : readEntry(row);
    },
    insert: ({ robotCode, messageId, lane, sender, body }, nowMs) =>
      void insert.run(robotCode, messageId, lane, sender ?? null, body, nowMs),
    firstSeq,
    claimFirst(lane) {
      const seq = firstSeq(lane);
      const row = seq === undefined ? undefined : claim.get(seq);
      return row === undefined ? undefined : readClaim(row);
    },
    end: ({ seq, fence }, { state, reason, nowMs }) => laneOf(end.get(seq, fence, state, reason, nowMs)),
    putBack: ({ seq, fence }, reason, counts) => laneOf(putBack.get(seq, fence, reason, counts ? 0 : 1)),
    dropOne: (seq, reason, nowMs) => void dropOne.run(seq, reason, nowMs),
    dropLane: (lane, reason, nowMs) => readKeys(dropLane.all(lane, reason, nowMs)),
    revive: (seq) => void revive.run(seq),
  };
}

function laneOf(row: Row | undefined): string | undefined {
  return row === undefined ? undefined : textOf(row, "lane");
}

function readKey(row: Row): MessageKey {
  return { robotCode: textOf(row, "robot_code"), messageId: textOf(row, "message_id") };
}

/** SQLite returns changed rows in any order. @returns their keys in the order they were appended. */
export function readKeys(rows: readonly Row[]): readonly MessageKey[] {
  return rows.toSorted((a, b) => integerOf(a, "seq") - integerOf(b, "seq")).map(readKey);
}

function readClaim(row: Row): RawClaim {
  return {
    ...readKey(row),
    seq: integerOf(row, "seq"),
    fence: integerOf(row, "fence"),
    lane: textOf(row, "lane"),
    sender: optionalText(row, "sender"),
    body: optionalText(row, "body"),
    attempt: integerOf(row, "attempts"),
    appendedAtMs: integerOf(row, "appended_at"),
  };
}

const STATES: readonly MessageState[] = ["waiting", "running", "done", "dead", "dropped"];

export function readEntry(row: Row): RawEntry {
  const state = textOf(row, "state");
  return {
    ...readKey(row),
    seq: integerOf(row, "seq"),
    lane: textOf(row, "lane"),
    sender: optionalText(row, "sender"),
    state: STATES.find((known) => known === state) ?? "dead",
    attempts: integerOf(row, "attempts"),
    reason: optionalText(row, "reason"),
    appendedAtMs: integerOf(row, "appended_at"),
    endedAtMs: optionalInteger(row, "ended_at"),
    body: optionalText(row, "body"),
  };
}
