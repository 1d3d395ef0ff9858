import type {
  AccountSettings,
  DirectPolicy,
  GroupPolicy,
  GroupSettings,
  MessageType,
} from "@dingtalk-kit/config";

/** What the host's ingress must know of one group. */
export interface GroupGate {
  /** Policy for the sender inside the group; whether the group itself is let in stands in {@link GroupGate.admitted}. */
  readonly senderPolicy: GroupPolicy;
  readonly senderAllowFrom: readonly string[];
  readonly admitted: boolean;
  /** Why the group is not let in. */
  readonly blockReason: "group_disabled" | "group_not_listed" | "mentions_off" | undefined;
  readonly requireMention: boolean;
}

/**
 * `groups` lists groups, `groupAllowFrom` lists people. With `groupPolicy: "allowlist"` a listed group is open to those
 * in its `allowFrom`, else to those in `groupAllowFrom`, else to everybody in it; where no group is listed at all, the
 * people in `groupAllowFrom` may use the robot in any group. An empty list means nobody.
 */
export function groupGate(
  settings: AccountSettings,
  conversationId: string,
  mentionsRobot = false,
): GroupGate {
  const { groups, groupPolicy, groupAllowFrom } = settings;
  const entry = groupEntry(settings, conversationId);
  const requireMention = entry?.requireMention ?? settings.requireMention;
  const blocked = (blockReason: GroupGate["blockReason"]): GroupGate => ({
    senderPolicy: groupPolicy,
    senderAllowFrom: [],
    admitted: false,
    blockReason,
    requireMention,
  });
  if (mentionsRobot && !settings.respondToMentions) return blocked("mentions_off");
  if (entry?.enabled === false) return blocked("group_disabled");
  if (groupPolicy === "allowlist" && groups !== undefined && entry === undefined)
    return blocked("group_not_listed");
  const admitted = { admitted: true, blockReason: undefined, requireMention };
  if (groupPolicy === "disabled") return { ...admitted, senderPolicy: "disabled", senderAllowFrom: [] };
  const listed = entry?.allowFrom ?? (groupPolicy === "allowlist" ? groupAllowFrom : undefined);
  if (listed !== undefined) return { ...admitted, senderPolicy: "allowlist", senderAllowFrom: listed };
  const open = groupPolicy === "open" || entry !== undefined;
  return { ...admitted, senderPolicy: open ? "open" : "allowlist", senderAllowFrom: [] };
}

/** What the settings say of one group: its own entry, and that of all others for what stands not in it. */
export function groupEntry({ groups }: AccountSettings, conversationId: string): GroupSettings | undefined {
  const [own, others] = [groups?.[conversationId], groups?.["*"]];
  if (own === undefined || others === undefined) return own ?? others;
  return {
    enabled: own.enabled,
    requireMention: own.requireMention ?? others.requireMention,
    allowFrom: own.allowFrom ?? others.allowFrom,
    agent: own.agent ?? others.agent,
    systemPrompt: own.systemPrompt ?? others.systemPrompt,
    messageType: own.messageType ?? others.messageType,
    sessionScope: own.sessionScope ?? others.sessionScope,
  };
}

/** How answers are shown in a conversation. */
export function messageTypeFor(
  settings: AccountSettings,
  peer: { readonly kind: "direct" | "group"; readonly id: string },
): MessageType {
  if (peer.kind === "direct") return settings.messageType;
  return groupEntry(settings, peer.id)?.messageType ?? settings.groupMessageType ?? settings.messageType;
}

/** What the agent is told besides: what holds for the whole account, then what holds for this group. */
export function systemPromptFor(
  settings: AccountSettings,
  peer: { readonly kind: "direct" | "group"; readonly id: string },
): string | undefined {
  const ofGroup = peer.kind === "group" ? groupEntry(settings, peer.id)?.systemPrompt : undefined;
  const prompts = [settings.systemPrompt, ofGroup].filter((prompt) => prompt !== undefined);
  return prompts.length === 0 ? undefined : prompts.join("\n\n");
}

/** Who may write in 1:1 chats: nobody when the robot is told to stay out of them. */
export function directPolicy({ dmPolicy, respondToPrivate }: AccountSettings): DirectPolicy {
  return respondToPrivate ? dmPolicy : "disabled";
}
