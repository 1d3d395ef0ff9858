export { ACCOUNT_KEYS, describeAccountKeys, GROUP_KEYS } from "./account-keys.ts";
export type { AccountKey } from "./account-keys.ts";
export type {
  AccountSettings,
  ConfigProblem,
  DirectPolicy,
  GroupPolicy,
  GroupSettings,
  IpFamily,
  MessageType,
  SecretReference,
} from "./account-settings.ts";
export type { JsonSchema } from "./allowed-values.ts";
export { keyHints, lenientSectionSchema } from "./json-schema.ts";
export type { KeyHint } from "./json-schema.ts";
export { keysTable } from "./keys-table.ts";
export type {
  MigrationChange,
  MigrationPlan,
  MigrationSource,
  MigrationWarning,
} from "./migration/migration-plan.ts";
export { planMigration } from "./migration/plan-migration.ts";
export { resolveAccount } from "./resolve-account.ts";
export type { AccountSource, ResolvedAccount } from "./resolve-account.ts";
export { findUnknownKeys } from "./unknown-keys.ts";
export type { AlsoKnown } from "./unknown-keys.ts";
