import type { Decision, SenderRights } from "./decision.ts";
import { admitDirect } from "./direct-gate.ts";
import { admitGroup } from "./group-gate.ts";
import type { MessageFacts } from "./message-facts.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";
import { routeAgent } from "./route-agent.ts";
import type { SkipReason } from "./reasons.ts";
import { senderRights } from "./sender-rights.ts";

/**
 * Decides what becomes of a message: who may write, where, and to which agent. Pure: the same policy and facts always
 * give the same decision. Limits and bot loops depend on time and come after it, see {@link meter}.
 *
 * In this order, the first that refuses decides: own messages and robots, what the robot was told to stay out of, who
 * may write here, commands, the mention. It is the order of OpenClaw, so a stranger in a group hears nothing of mentions.
 */
export function decide(policy: ResolvedPolicy, facts: MessageFacts): Decision {
  const skipped = stayOut(policy, facts);
  if (skipped !== undefined) return { kind: "skip", reason: skipped };
  const senderId = facts.sender.id?.trim() ?? "";
  if (senderId === "") return { kind: "deny", reason: "sender_unnamed" };

  const direct = facts.conversation.type === "direct";
  const gate = direct
    ? admitDirect(policy, senderId, facts.sender.paired)
    : admitGroup(policy, senderId, facts.conversation.id);
  if (!gate.admitted) return gate.decision;

  const rights = senderRights(policy, gate, senderId);
  if (facts.command !== "none" && rights === "none")
    return { kind: "deny", reason: "control_command_unauthorized" };
  if (facts.command === "owner" && rights !== "owner")
    return { kind: "deny", reason: "owner_command_unauthorized" };
  if (gate.requireMention && !isAddressed(policy, facts, rights))
    return { kind: "skip", reason: "activation_skipped" };
  return { kind: "dispatch", reason: gate.reason, rights, ...routeAgent(policy, facts) };
}

function stayOut(policy: ResolvedPolicy, facts: MessageFacts): SkipReason | undefined {
  const { sender, mentionsRobot, mentionsEverybody } = facts;
  if (sender.kind === "self") return "own_message";
  if (sender.kind === "bot" && !policy.allowBots) return "bot_message";
  if (facts.conversation.type === "direct") return policy.respondToPrivate ? undefined : "private_chats_off";
  if (mentionsRobot && !policy.respondToMentions) return "mentions_off";
  if (mentionsEverybody && !mentionsRobot && !policy.respondToEverybody) return "mentions_everybody";
  return undefined;
}

/** A command needs no mention of the robot, unless somebody else is mentioned: then it may be meant for them. */
function isAddressed(policy: ResolvedPolicy, facts: MessageFacts, rights: SenderRights): boolean {
  if (facts.mentionsRobot) return true;
  if (facts.mentionsEverybody && policy.respondToEverybody) return true;
  return facts.command !== "none" && rights !== "none" && !facts.mentionsAnybody;
}
