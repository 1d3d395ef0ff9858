import type { Clock, JsonValue, StateEntry, StatePort } from "@dingtalk-kit/protocol";

import type { RawState } from "./database/operations.ts";
import type { WorkerConnection } from "./worker-connection.ts";

/** Entries of a scan that are fetched at once. */
const SCAN_PAGE = 200;

export function createState(connection: WorkerConnection, clock: Clock): StatePort {
  return {
    async get(namespace, key) {
      const raw = await connection.call("getState", { namespace, key, nowMs: clock.nowMs() });
      return raw === undefined ? undefined : readEntry(raw);
    },
    compareAndSet: (namespace, key, { expectedVersion, value, expiresAtMs }) =>
      connection.call("setState", {
        namespace,
        key,
        nowMs: clock.nowMs(),
        expectedVersion,
        value: JSON.stringify(value),
        // Columns are strict, and a fraction of a millisecond is not worth an error.
        expiresAtMs: expiresAtMs === undefined ? undefined : Math.ceil(expiresAtMs),
      }),
    delete: (namespace, key, expectedVersion) =>
      connection.call("deleteState", { namespace, key, nowMs: clock.nowMs(), expectedVersion }),
    async *scan(namespace, prefix) {
      let from = prefix;
      for (let inclusive = true; ; inclusive = false) {
        const page = await connection.call("scanState", {
          namespace,
          from,
          inclusive,
          nowMs: clock.nowMs(),
          limit: SCAN_PAGE,
        });
        for (const raw of page) {
          // Keys with one prefix stand together in the order of keys.
          if (!raw.key.startsWith(prefix)) return;
          yield readEntry(raw);
          from = raw.key;
        }
        if (page.length < SCAN_PAGE) return;
      }
    },
  };
}

function readEntry({ key, value: json, version, expiresAtMs }: RawState): StateEntry {
  const value: JsonValue = JSON.parse(json);
  return { key, value, version, expiresAtMs };
}
