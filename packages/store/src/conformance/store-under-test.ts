import type { Ports } from "@dingtalk-kit/protocol";

import type { SqliteStoreOptions } from "../options.ts";
import type { Store } from "../store.ts";

/** Limits that every implementation has to know, with the same meaning. */
export type StoreLimits = Pick<
  SqliteStoreOptions,
  "maxLaneDepth" | "maxDepth" | "maxAttempts" | "keepDoneMs" | "keepDeadMs" | "keepTextMs"
>;

/** Opens the store at a place, with the place's content as the last owner left it. */
export type OpenStore = (place: string, limits: StoreLimits, ports: Partial<Ports>) => Promise<Store>;

/** Where one case keeps its data: a folder, a schema. Disposing removes it. */
export interface StorePlace extends AsyncDisposable {
  /** What `open` is given; child processes get the same. */
  readonly name: string;
}

/** An implementation, as the suite needs it. */
export interface StoreUnderTest {
  readonly open: OpenStore;
  /** A module that exports the same function under the name `openStore`: child processes import it. */
  readonly module: URL;
  createPlace(): Promise<StorePlace>;
  /** Flags of Node.js for the child processes. */
  readonly nodeOptions?: readonly string[] | undefined;
}

export interface StoreCase {
  readonly title: string;
  /** Rejects when the store breaks its word. */
  run(): Promise<void>;
}
