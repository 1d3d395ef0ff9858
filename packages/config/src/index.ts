export { ACCOUNT_KEYS, GROUP_KEYS } from "./account-keys.ts";
export type {
  AccessSettings,
  AccountSettings,
  ConnectionSettings,
  GroupSettings,
  IdentitySettings,
  RoutingSettings,
} from "./account-settings.ts";
export type { ConfigProblem, ProblemKind } from "./config-problem.ts";
export { describeAccountKeys } from "./key-tree.ts";
export type { AccountKey } from "./key-tree.ts";
export type {
  CustomRobotSettings,
  DurabilitySettings,
  HttpModeSettings,
  LimitSettings,
  MediaSettings,
  ReplySettings,
  RetentionSettings,
  UpkeepSettings,
} from "./service-settings.ts";
export type {
  Allowance,
  DirectPolicy,
  GroupPolicy,
  GroupSessionScope,
  IpFamily,
  KeywordTarget,
  MessageType,
  SecretInput,
  SecretReference,
  UsageLimit,
} from "./setting-values.ts";
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
export { policyOf } from "./policy-of.ts";
export type { PolicySettings } from "./policy-of.ts";
export { publicSettings } from "./public-settings.ts";
export { referencePage } from "./reference-page.ts";
export { resolveAccount } from "./resolve-account.ts";
export type { AccountSource, ResolvedAccount } from "./resolve-account.ts";
export type { AlsoKnown } from "./known-names.ts";
export type { ValueOrigin } from "./merge-layers.ts";
export { findUnknownKeys } from "./unknown-keys.ts";
export type { Environment } from "./environment.ts";
