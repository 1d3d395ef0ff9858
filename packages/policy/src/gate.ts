import type { Deny, Pair } from "./decision.ts";
import type { DispatchReason } from "./reasons.ts";
import type { SenderList } from "./sender-list.ts";

/** Whether a sender may write in a conversation. */
export type Gate =
  | {
      readonly admitted: true;
      readonly reason: DispatchReason;
      readonly requireMention: boolean;
      /** The list of people that holds in this conversation. */
      readonly senders: SenderList;
      readonly paired: boolean;
    }
  | { readonly admitted: false; readonly decision: Deny | Pair };

/** A gate that is shut. */
export function refuse(reason: Deny["reason"]): Gate {
  return { admitted: false, decision: { kind: "deny", reason } };
}
