import type { Gate } from "./gate.ts";
import { refuse } from "./gate.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";
import type { SenderList } from "./sender-list.ts";
import { EMPTY_LIST, groupFault, includesSender } from "./sender-list.ts";

/**
 * Who may use the robot in a group. `groups` lists groups, `groupAllowFrom` lists people: with the policy `allowlist` a
 * listed group is open to those in its own `allowFrom`, else to those in `groupAllowFrom`, else to everybody in it.
 * Where no groups are listed at all, the people in `groupAllowFrom` may use the robot in any group.
 */
export function admitGroup(policy: ResolvedPolicy, senderId: string, conversationId: string): Gate {
  const { groupPolicy, groups, groupAllowFrom } = policy;
  const entry = groups?.get(conversationId) ?? groups?.get("*");
  if (entry?.enabled === false) return refuse("group_disabled");
  if (groupPolicy === "disabled") return refuse("group_policy_disabled");
  if (groupPolicy === "allowlist" && groups !== undefined && entry === undefined)
    return refuse("group_not_listed");

  const requireMention = entry?.requireMention ?? policy.requireMention;
  const admit = (
    reason: "group_policy_open" | "group_listed" | "group_policy_allowed",
    senders: SenderList,
  ) => ({ admitted: true, reason, requireMention, senders, paired: false }) as const;
  const senders = entry?.allowFrom ?? (groupPolicy === "allowlist" ? groupAllowFrom : undefined);
  if (senders === undefined) {
    if (groupPolicy === "open") return admit("group_policy_open", EMPTY_LIST);
    return entry === undefined ? refuse("group_policy_empty_allowlist") : admit("group_listed", EMPTY_LIST);
  }
  if (!senders.configured) return refuse("group_policy_empty_allowlist");
  if (includesSender(senders, senderId)) return admit("group_policy_allowed", senders);
  return refuse(groupFault(senders) ?? "group_policy_not_allowlisted");
}
