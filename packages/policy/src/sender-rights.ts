import type { SenderRights } from "./decision.ts";
import type { Gate } from "./gate.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";
import { includesSender, namesSender } from "./sender-list.ts";

/**
 * What somebody who was let in may command. Owners are only those named one by one. Without `commandAllowFrom` the right
 * to use control commands comes with a name on the list that let the message in, on `allowFrom`, or with pairing: in a
 * group that is open to everybody, chatting alone gives none.
 */
export function senderRights(
  policy: ResolvedPolicy,
  gate: Extract<Gate, { readonly admitted: true }>,
  senderId: string,
): SenderRights {
  if (namesSender(policy.ownerAllowFrom, senderId)) return "owner";
  const { commandAllowFrom, allowFrom } = policy;
  const may =
    commandAllowFrom === undefined
      ? gate.paired || includesSender(allowFrom, senderId) || includesSender(gate.senders, senderId)
      : includesSender(commandAllowFrom, senderId);
  return may ? "command" : "none";
}
