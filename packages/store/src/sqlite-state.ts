import type { JsonValue, Ports, StateEntry, StatePort } from "@dingtalk-kit/protocol";

import type { RawState } from "./database/operations.ts";
import type { WorkerConnection } from "./worker-connection.ts";

/** Entries of a scan that are fetched at once. */
const SCAN_PAGE = 200;

export function createState(
  connection: WorkerConnection,
  { clock, log }: Pick<Ports, "clock" | "log">,
): StatePort {
  /** @returns `undefined` when the value is no JSON: a damaged row must not stop the others. */
  const readEntry = (
    namespace: string,
    { key, value: json, version, expiresAtMs }: RawState,
  ): StateEntry | undefined => {
    try {
      const value: JsonValue = JSON.parse(json);
      return { key, value, version, expiresAtMs };
    } catch {
      // Not the parser's own words: they quote the value.
      log.error("a stored value cannot be read and is passed over", { namespace, key });
      return undefined;
    }
  };
  return {
    async get(namespace, key) {
      const raw = await connection.call("getState", { namespace, key, nowMs: clock.nowMs() });
      return raw === undefined ? undefined : readEntry(namespace, raw);
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
          from = raw.key;
          const entry = readEntry(namespace, raw);
          if (entry !== undefined) yield entry;
        }
        if (page.length < SCAN_PAGE) return;
      }
    },
  };
}
