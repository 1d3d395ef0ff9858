import type { ConversationType } from "@dingtalk-kit/protocol";

/** Who may write to the robot in a 1:1 chat. `pairing`: strangers get a code that the owner approves. */
export type DirectPolicy = "pairing" | "allowlist" | "open" | "disabled";

/** In which groups the robot answers. */
export type GroupPolicy = "allowlist" | "open" | "disabled";

/**
 * People: staff ids (or `$:…` ids, for people without one) with or without `dingtalk:` or `user:` before them, `"*"` for
 * everybody, or `accessGroup:<name>`. Letter case matters. An empty list means nobody.
 */
export type SenderEntries = readonly (string | number)[];

/** A named list of people that other lists refer to as `accessGroup:<name>`, in the form that OpenClaw has. */
export interface AccessGroup {
  /** Only `message.senders` can be read here; a reference to any other type lets nobody in. */
  readonly type: string;
  /** Entries by channel: those under `dingtalk` and under `*` count. A group cannot refer to another group. */
  readonly members?: Readonly<Record<string, SenderEntries | undefined>> | undefined;
}

/** One group, or `*` for those that are not listed. An entry replaces `*`; the two are not merged. */
export interface GroupRule {
  /** @defaultValue true */
  readonly enabled?: boolean | undefined;
  /** @defaultValue the account's `requireMention` */
  readonly requireMention?: boolean | undefined;
  /** Who may use the robot in this group. @defaultValue `groupAllowFrom`, or everybody in it where that is not set */
  readonly allowFrom?: SenderEntries | undefined;
  /** The agent that answers in this group when no keyword matches. @defaultValue the account's */
  readonly agent?: string | undefined;
}

/** What a keyword leads to: an agent's id, or that with the kind of conversation in which the route holds. */
export type KeywordTarget =
  | string
  | {
      readonly agent: string;
      /** @defaultValue both kinds */
      readonly in?: ConversationType | undefined;
    };

/** So much, within so long. */
export interface Allowance {
  readonly max: number;
  /** Milliseconds. */
  readonly perMs: number;
}

/** What one person, or one group, may use up. */
export interface UsageLimit {
  /** Messages to the agent: `max` at once, and as many again over each `perMs`, spread evenly. */
  readonly messages?: Allowance | undefined;
  /** In the caller's unit (calls, tokens, cents). A window starts with the first spending and lasts `perMs`. */
  readonly spend?: Allowance | undefined;
}

/** When two robots answer each other. Names and defaults are OpenClaw's. */
export interface BotLoopProtection {
  /** @defaultValue true */
  readonly enabled?: boolean | undefined;
  /** @defaultValue 20 */
  readonly maxEventsPerWindow?: number | undefined;
  /** @defaultValue 60 */
  readonly windowSeconds?: number | undefined;
  /** How long the pair is kept apart. @defaultValue 60 */
  readonly cooldownSeconds?: number | undefined;
}

/** Who hears why there is no answer: those who may use the robot (`known`), strangers as well (`all`), or nobody. */
export type DenialReplies = "known" | "all" | "none";

/**
 * Who talks to the robot, where, and to which agent: the access keys of one account, under their names.
 *
 * Every key may be missing and then takes its safe default. A value that cannot be read takes the strictest meaning
 * that its key has; see {@link resolvePolicy}.
 */
export interface Policy {
  /** @defaultValue "pairing" */
  readonly dmPolicy?: DirectPolicy | undefined;
  /** Who may write in 1:1 chats. @defaultValue nobody */
  readonly allowFrom?: SenderEntries | undefined;
  /** @defaultValue "allowlist" */
  readonly groupPolicy?: GroupPolicy | undefined;
  /** Who may use the robot in groups that have no list of their own: people, not groups. @defaultValue not set */
  readonly groupAllowFrom?: SenderEntries | undefined;
  /** By conversation id (`cid…`), or `*`. With `groupPolicy: "allowlist"` these are the groups that are let in. */
  readonly groups?: Readonly<Record<string, GroupRule>> | undefined;
  /** Whether the robot must be mentioned in groups. @defaultValue true */
  readonly requireMention?: boolean | undefined;
  /** Whether a mention in a group is answered. @defaultValue true */
  readonly respondToMentions?: boolean | undefined;
  /** Whether 1:1 chats are answered. @defaultValue true */
  readonly respondToPrivate?: boolean | undefined;
  /** Whether a message to everybody (@所有人) counts as one to the robot. @defaultValue false */
  readonly respondToEverybody?: boolean | undefined;
  /** Whether other robots are answered. They need to be let in like people. @defaultValue false */
  readonly allowBots?: boolean | undefined;
  readonly botLoopProtection?: BotLoopProtection | undefined;
  /** Who may use every command. `"*"` makes nobody an owner; being one does not let in. @defaultValue nobody */
  readonly ownerAllowFrom?: SenderEntries | undefined;
  /**
   * Who may use control commands. @defaultValue whoever is named by the list that let the message in, is in
   * `allowFrom`, or was paired
   */
  readonly commandAllowFrom?: SenderEntries | undefined;
  readonly accessGroups?: Readonly<Record<string, AccessGroup>> | undefined;
  /** Words, and the agents that messages with them go to; see {@link matchKeyword}. */
  readonly keywordRoutes?: Readonly<Record<string, KeywordTarget>> | undefined;
  /** The agent that answers where nothing more special names one. @defaultValue the caller's */
  readonly defaultAgent?: string | undefined;
  /** The same for groups. @defaultValue `defaultAgent` */
  readonly groupDefaultAgent?: string | undefined;
  /** Each person, and each group, has these for itself. @defaultValue no limits */
  readonly limits?:
    | { readonly sender?: UsageLimit | undefined; readonly group?: UsageLimit | undefined }
    | undefined;
  /** @defaultValue "known" */
  readonly denialReplies?: DenialReplies | undefined;
  /** The same reason is said once in so many milliseconds to a person. @defaultValue 3_600_000 (an hour) */
  readonly denialReplyEveryMs?: number | undefined;
}
