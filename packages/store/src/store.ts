import type { LaneStore, StatePort } from "@dingtalk-kit/protocol";

import type { Inbox, InboxView } from "./inbox.ts";

export interface StoreDiagnosis {
  /** What the store rests on, with its settings that bear on durability. */
  readonly engine: string;
  readonly schemaVersion: number;
  /** Transactions since the store was opened. Calls that come together share one. */
  readonly commits: number;
  /** Calls that were answered, since the store was opened. */
  readonly calls: number;
}

/** All that survives a crash. Disposing gives claimed messages back, attempts uncounted: stop working on them first. */
export interface Store extends AsyncDisposable {
  readonly lanes: LaneStore;
  readonly inbox: Inbox;
  readonly state: StatePort;
  diagnose(): Promise<StoreDiagnosis>;
}

/** What can be seen of a store without owning it: as its last owner left it, messages it had claimed as `running`. */
export interface StoreReader extends AsyncDisposable {
  readonly inbox: InboxView;
  readonly state: Pick<StatePort, "get" | "scan">;
}
