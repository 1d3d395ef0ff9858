import { fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { createInboxView } from "./sqlite-inbox.ts";
import { createState } from "./sqlite-state.ts";
import { resolveStoreOptions } from "./options.ts";
import type { SqliteStoreOptions } from "./options.ts";
import type { StoreReader } from "./store.ts";
import { openConnection } from "./worker-connection.ts";

export type SqliteReaderOptions = Pick<
  SqliteStoreOptions,
  "file" | "worker" | "lockTimeoutMs" | "disposeTimeoutMs"
>;

/**
 * Opens a store that nobody owns, to look at it: for a command line while the program that keeps it is not running. Takes
 * nothing from an owner that comes meanwhile, changes nothing, and creates nothing.
 *
 * @throws StoreError: `owned`, with the process to ask instead; `missing` when there is no such file; or another fault.
 */
export async function openSqliteReader(
  options: SqliteReaderOptions,
  ports: Partial<Ports> = {},
): Promise<StoreReader> {
  const filled = fillPorts(ports);
  const connection = await openConnection(resolveStoreOptions(options), "read", filled);
  return {
    inbox: createInboxView(connection, filled.clock),
    state: createState(connection, filled),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
