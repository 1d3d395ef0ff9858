/** Why a message goes to an agent. */
export type DispatchReason =
  | "dm_policy_open"
  | "dm_policy_allowlisted"
  | "dm_policy_paired"
  | "group_policy_open"
  | "group_policy_allowed"
  | "group_listed";

/** Why a stranger gets a pairing code. */
export type PairReason = "dm_policy_pairing_required";

/** Why a message is refused because of who wrote it, or where. */
export type AccessReason =
  | "dm_policy_disabled"
  | "dm_policy_not_allowlisted"
  | "group_policy_disabled"
  | "group_disabled"
  | "group_not_listed"
  | "group_policy_empty_allowlist"
  | "group_policy_not_allowlisted"
  | "access_group_missing"
  | "access_group_unsupported"
  | "sender_unnamed";

/** Why a message is refused although its sender may use the robot. */
export type KnownReason =
  | "control_command_unauthorized"
  | "owner_command_unauthorized"
  | "sender_rate_limited"
  | "group_rate_limited"
  | "sender_spend_exhausted"
  | "group_spend_exhausted";

/** Why a message is refused. */
export type DenyReason = AccessReason | KnownReason;

/** Why a message is passed over in silence. */
export type SkipReason =
  | "own_message"
  | "bot_message"
  | "bot_loop"
  | "private_chats_off"
  | "mentions_off"
  | "mentions_everybody"
  | "activation_skipped";

/**
 * Every reason of a decision. Stable: safe to match on. Those that OpenClaw's ingress knows as well have its names:
 * `dm_policy_…`, `group_policy_…`, `access_group_…`, `control_command_unauthorized`, `activation_skipped`.
 */
export type ReasonCode = DispatchReason | PairReason | DenyReason | SkipReason;

/** Language of a sentence to a person. */
export type Language = "zh" | "en";

/** One reason in words. */
export interface ReasonText {
  /** One sentence for anybody, fit to be sent into the chat: names no ids and no settings. */
  readonly says: string;
  /** What an operator changes to get another decision, with the names of the keys. */
  readonly advice?: string;
}
