import type { DatabaseSync } from "node:sqlite";

import type { Operations, RawState } from "./operations.ts";
import { integerOf, optionalInteger, textOf } from "./row.ts";
import type { Row } from "./row.ts";

type StateOperations = Pick<Operations, "getState" | "setState" | "deleteState" | "scanState">;

export function createStateOperations(db: DatabaseSync): StateOperations {
  const live = "(expires_at is null or expires_at > ?)";
  const find = db.prepare(`select * from state where namespace = ? and key = ? and ${live}`);
  // One that cannot be read may be written over, as if it were not there.
  const findReadable = db.prepare(
    `select version from state where namespace = ? and key = ? and ${live} and json_valid(value)`,
  );
  const scanFrom = db.prepare(
    `select * from state where namespace = ? and key >= ? and ${live} order by key limit ?`,
  );
  const scanAfter = db.prepare(
    `select * from state where namespace = ? and key > ? and ${live} order by key limit ?`,
  );
  // One counter for all keys, so that a version does not come back when its key is deleted and written again.
  const nextVersion = db.prepare(
    "update meta set value = value + 1 where key = 'state_version' returning value",
  );
  const write = db.prepare(
    "insert or replace into state (namespace, key, value, version, expires_at) values (?, ?, ?, ?, ?)",
  );
  const remove = db.prepare("delete from state where namespace = ? and key = ?");
  const read = (namespace: string, key: string, nowMs: number): RawState | undefined => {
    const row = find.get(namespace, key, nowMs);
    return row === undefined ? undefined : readState(row);
  };
  return {
    getState: ({ namespace, key, nowMs }) => read(namespace, key, nowMs),
    setState({ namespace, key, nowMs, expectedVersion, value, expiresAtMs }) {
      const row = findReadable.get(namespace, key, nowMs);
      const found = row === undefined ? undefined : String(integerOf(row, "version"));
      if (found !== expectedVersion) return undefined;
      const version = integerOf(nextVersion.get() ?? {}, "value");
      write.run(namespace, key, value, version, expiresAtMs ?? null);
      return String(version);
    },
    deleteState({ namespace, key, nowMs, expectedVersion }) {
      const version = read(namespace, key, nowMs)?.version;
      if (version === undefined || (expectedVersion ?? version) !== version) return false;
      remove.run(namespace, key);
      return true;
    },
    scanState: ({ namespace, from, inclusive, nowMs, limit }) =>
      (inclusive ? scanFrom : scanAfter).all(namespace, from, nowMs, limit).map(readState),
  };
}

function readState(row: Row): RawState {
  return {
    key: textOf(row, "key"),
    value: textOf(row, "value"),
    version: String(integerOf(row, "version")),
    expiresAtMs: optionalInteger(row, "expires_at"),
  };
}
