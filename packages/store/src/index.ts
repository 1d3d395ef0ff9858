export { openSqliteStore } from "./open-sqlite-store.ts";
export type { SqliteStoreOptions } from "./options.ts";
export type { Store, StoreDiagnosis, StoreReader } from "./store.ts";
export { openSqliteReader } from "./open-sqlite-reader.ts";
export type { SqliteReaderOptions } from "./open-sqlite-reader.ts";
export type {
  Erased,
  Inbox,
  InboxCounts,
  InboxEntry,
  InboxMessage,
  InboxPage,
  InboxQuery,
  InboxView,
  Purged,
  RequeueResult,
} from "./inbox.ts";
export { StoreError } from "./store-error.ts";
export type { StoreFault } from "./database/fault.ts";
export { retryDelayMs } from "./retry-delay.ts";
export type { RetryDelayOptions } from "./retry-delay.ts";
