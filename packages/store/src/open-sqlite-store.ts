import { fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { createClaims } from "./claims.ts";
import { createInbox } from "./sqlite-inbox.ts";
import { createLanes } from "./sqlite-lanes.ts";
import { createState } from "./sqlite-state.ts";
import { resolveStoreOptions } from "./options.ts";
import type { SqliteStoreOptions } from "./options.ts";
import type { Store } from "./store.ts";
import { openConnection } from "./worker-connection.ts";

/**
 * Opens the store in a file, as its only owner, and creates or migrates it. A thread of its own does the writing; calls
 * that come in while it waits for the disk share its next commit.
 *
 * What the last owner had claimed waits again. The file and its folder, when they are made, are for the user who runs
 * this process alone.
 *
 * @throws StoreError, with the fault and what to do; ConfigError when an option makes no sense.
 */
export async function openSqliteStore(
  options: SqliteStoreOptions,
  ports: Partial<Ports> = {},
): Promise<Store> {
  const filled = fillPorts(ports);
  const resolved = resolveStoreOptions(options);
  const connection = await openConnection(resolved, "own", filled);
  const claims = createClaims(connection, resolved.maxAttempts, filled);
  // Whoever waits for work has to hear that none will come.
  void connection.ended.then(() => claims.changed());
  return {
    lanes: createLanes(connection, resolved, filled, claims),
    inbox: createInbox(connection, resolved, filled.clock, claims),
    state: createState(connection, filled),
    async diagnose() {
      const { journalMode, synchronous, sqliteVersion } = await connection.call("settings", {});
      return {
        engine: `SQLite ${sqliteVersion}, journal ${journalMode}, synchronous ${synchronous}`,
        schemaVersion: connection.schemaVersion,
        commits: connection.commits,
        calls: connection.calls,
      };
    },
    async [Symbol.asyncDispose]() {
      claims.close();
      await connection[Symbol.asyncDispose]();
    },
  };
}
