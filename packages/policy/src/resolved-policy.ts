import type { KeywordRoute } from "./keyword-route.ts";
import type { Allowance, DenialReplies, DirectPolicy, GroupPolicy } from "./policy.ts";
import type { PolicyProblem } from "./policy-reader.ts";
import type { SenderList } from "./sender-list.ts";

/** A `GroupRule`, read. */
export interface ResolvedGroup {
  readonly enabled: boolean;
  readonly requireMention: boolean;
  readonly allowFrom: SenderList | undefined;
  readonly agent: string | undefined;
}

/** Limits of one person or one group; `undefined` where there is none. */
export interface ResolvedLimit {
  readonly messages: Allowance | undefined;
  readonly spend: Allowance | undefined;
}

export interface ResolvedLoopProtection {
  readonly enabled: boolean;
  readonly maxEvents: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
}

/** A `Policy` with every value read and every default filled in: what decisions are made by. */
export interface ResolvedPolicy {
  readonly dmPolicy: DirectPolicy;
  readonly allowFrom: SenderList;
  readonly groupPolicy: GroupPolicy;
  /** `undefined`: not set, which is not the same as an empty list. */
  readonly groupAllowFrom: SenderList | undefined;
  /** By conversation id, or `*`. `undefined`: not set. */
  readonly groups: ReadonlyMap<string, ResolvedGroup> | undefined;
  readonly requireMention: boolean;
  readonly respondToMentions: boolean;
  readonly respondToPrivate: boolean;
  readonly respondToEverybody: boolean;
  readonly allowBots: boolean;
  readonly botLoopProtection: ResolvedLoopProtection;
  readonly ownerAllowFrom: SenderList;
  readonly commandAllowFrom: SenderList | undefined;
  readonly keywordRoutes: readonly KeywordRoute[];
  readonly defaultAgent: string | undefined;
  readonly groupDefaultAgent: string | undefined;
  readonly limits: { readonly sender: ResolvedLimit; readonly group: ResolvedLimit };
  readonly denialReplies: DenialReplies;
  readonly denialReplyEveryMs: number;
  /** What could not be read, for a line each in the log. */
  readonly problems: readonly PolicyProblem[];
}
