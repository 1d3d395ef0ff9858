import type { DispatchReason } from "./reasons.ts";
import type { Gate } from "./gate.ts";
import { refuse } from "./gate.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";
import { groupFault, includesSender } from "./sender-list.ts";

/** Who may write in a 1:1 chat. */
export function admitDirect(policy: ResolvedPolicy, senderId: string, approved: boolean): Gate {
  const { dmPolicy, allowFrom } = policy;
  // Approvals are made for "pairing" and hold only as long as it does.
  const paired = approved && dmPolicy === "pairing";
  const admit = (reason: DispatchReason): Gate => ({
    admitted: true,
    reason,
    requireMention: false,
    senders: allowFrom,
    paired,
  });
  if (dmPolicy === "disabled") return refuse("dm_policy_disabled");
  if (dmPolicy === "open" && allowFrom.everybody) return admit("dm_policy_open");
  if (includesSender(allowFrom, senderId)) return admit("dm_policy_allowlisted");
  if (dmPolicy === "open") return refuse("dm_policy_not_allowlisted");
  if (dmPolicy === "allowlist") return refuse(groupFault(allowFrom) ?? "dm_policy_not_allowlisted");
  if (paired) return admit("dm_policy_paired");
  return { admitted: false, decision: { kind: "pair", reason: "dm_policy_pairing_required" } };
}
