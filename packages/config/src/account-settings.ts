import type { Endpoints } from "@dingtalk-kit/protocol";

/** Who may write to the robot in a 1:1 chat. */
export type DirectPolicy = "pairing" | "allowlist" | "open" | "disabled";
/** In which groups the robot answers. */
export type GroupPolicy = "allowlist" | "open" | "disabled";
/** How an answer is shown. */
export type MessageType = "markdown" | "card";

/** Over which kind of addresses to connect. */
export type IpFamily = "auto" | 4 | 6;

/** A secret that is kept elsewhere; the host fetches it. Opaque here. */
export type SecretReference = Readonly<Record<string, unknown>>;

/** One group, or `*` for all of them. */
export interface GroupSettings {
  readonly enabled: boolean;
  /** Overrides the account's `requireMention`. */
  readonly requireMention: boolean | undefined;
  /** Senders who may use the robot in this group. `undefined`: the account's `groupAllowFrom`, or everybody in it. */
  readonly allowFrom: readonly string[] | undefined;
}

/** For how many days what is kept. */
export interface RetentionSettings {
  /** Answered messages; as long, a duplicate is recognised. */
  readonly doneDays: number;
  /** Messages that could not be answered. */
  readonly deadDays: number;
  /** The text of answered messages. */
  readonly textDays: number;
}

/** One account with every default filled in. The README's table explains each key. */
export interface AccountSettings {
  readonly enabled: boolean;
  readonly name: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | SecretReference | undefined;
  /** @defaultValue the client id */
  readonly robotCode: string | undefined;
  readonly messageType: MessageType;
  readonly cardTemplateId: string | undefined;
  readonly cardTemplateKey: string | undefined;
  readonly maxConnectionAttempts: number;
  /** Milliseconds. */
  readonly initialReconnectDelay: number;
  /** Milliseconds. */
  readonly maxReconnectDelay: number;
  /** From 0 to 1. */
  readonly reconnectJitter: number;
  /** Of each API, shared by all accounts of the app. */
  readonly requestsPerSecond: number;
  /** `inherit`, `none`, or a URL that may hold a password: not for logs. */
  readonly proxy: string;
  /** Path of a PEM file. */
  readonly caFile: string | undefined;
  readonly ipFamily: IpFamily;
  readonly dmPolicy: DirectPolicy;
  readonly allowFrom: readonly string[];
  readonly groupPolicy: GroupPolicy;
  /** `undefined` when the user did not write the key; an empty list means nobody. */
  readonly groupAllowFrom: readonly string[] | undefined;
  readonly groups: Readonly<Record<string, GroupSettings>> | undefined;
  readonly requireMention: boolean;
  /** How long an agent may give no sign of life. Milliseconds. */
  readonly turnTimeoutMs: number;
  readonly maxConcurrentTurns: number;
  readonly maxQueuedPerConversation: number;
  readonly repeatUncertain: boolean;
  readonly retention: RetentionSettings;
  readonly debug: boolean;
  readonly endpoints: Partial<Endpoints>;
}

/**
 * Something in the user's configuration that deserves a line in the log.
 * `error`: the account cannot start as written. `warning`: it starts, and this is what was done about it.
 */
export interface ConfigProblem {
  readonly severity: "error" | "warning";
  /** Where the user wrote it: `channels.dingtalk.accounts.sales.messageType`. */
  readonly path: string;
  /** One sentence with what was found and what is allowed. Never holds a secret. */
  readonly message: string;
}
