import type { ConversationType } from "@dingtalk-kit/protocol";

/** Who may write to the robot in a 1:1 chat. */
export type DirectPolicy = "pairing" | "allowlist" | "open" | "disabled";
/** In which groups the robot answers. */
export type GroupPolicy = "allowlist" | "open" | "disabled";
/** How an answer is shown. */
export type MessageType = "markdown" | "card";
/** Whom a session of a group belongs to: everybody in it, or each person. */
export type GroupSessionScope = "group" | "group_sender";
/** Over which kind of addresses to connect. */
export type IpFamily = "auto" | 4 | 6;

/** A secret that is kept elsewhere; the host fetches it. Opaque here. */
export type SecretReference = Readonly<Record<string, unknown>>;
export type SecretInput = string | SecretReference;

/** What a keyword leads to: an agent's id, or that with the kind of conversation in which it holds. */
export type KeywordTarget = string | { readonly agent: string; readonly in?: ConversationType | undefined };

/** So much, within so long. */
export interface Allowance {
  readonly max: number;
  /** Milliseconds. */
  readonly perMs: number;
}

/** What one person, or one group, may use up. */
export interface UsageLimit {
  readonly messages?: Allowance | undefined;
  readonly spend?: Allowance | undefined;
}
