import type { ReasonCode, ReasonText } from "./reasons.ts";

export const ZH: Readonly<Record<ReasonCode, ReasonText>> = {
  dm_policy_open: { says: "任何人都可以与这个机器人对话。" },
  dm_policy_allowlisted: { says: "您在可与这个机器人对话的名单中。" },
  dm_policy_paired: { says: "您与这个机器人的配对已获批准。" },
  group_policy_open: { says: "这个机器人在所有群里都会回答。" },
  group_policy_allowed: { says: "您在本群可使用这个机器人的名单中。" },
  group_listed: { says: "这个机器人回答本群的所有成员。" },

  dm_policy_pairing_required: {
    says: "这个机器人还不认识您：请让它的管理员批准您的配对码。",
    advice: "批准配对码，或把发送者的员工号加入 allowFrom",
  },

  dm_policy_disabled: {
    says: "这个机器人不在单聊中回答。",
    advice: "dmPolicy 为 disabled，或无法读取",
  },
  dm_policy_not_allowlisted: {
    says: "您不在可与这个机器人对话的名单中，请联系管理员。",
    advice: "把发送者的员工号加入 allowFrom",
  },
  group_policy_disabled: {
    says: "这个机器人不在群里回答。",
    advice: "groupPolicy 为 disabled，或无法读取",
  },
  group_disabled: {
    says: "这个机器人在本群已停用。",
    advice: "groups 中该群的 enabled 为 false，或无法读取",
  },
  group_not_listed: {
    says: "本群尚未获准使用这个机器人，请联系管理员。",
    advice: "把会话 id 加入 groups",
  },
  group_policy_empty_allowlist: {
    says: "本群还没有人获准使用这个机器人，请联系管理员。",
    advice: "把群加入 groups，或把成员加入 groupAllowFrom；空名单表示不允许任何人",
  },
  group_policy_not_allowlisted: {
    says: "您不在本群可使用这个机器人的名单中，请联系管理员。",
    advice: "把发送者的员工号加入该群的 allowFrom 或 groupAllowFrom",
  },
  access_group_missing: {
    says: "您不在可使用这个机器人的名单中，请联系管理员。",
    advice: "名单引用了 accessGroups 中不存在的访问组",
  },
  access_group_unsupported: {
    says: "您不在可使用这个机器人的名单中，请联系管理员。",
    advice: "名单引用的访问组类型不是 message.senders",
  },
  sender_unnamed: {
    says: "钉钉没有提供这条消息的发送者，因此无法回答。",
    advice: "消息中既没有员工号，也没有发送者 id",
  },

  control_command_unauthorized: {
    says: "您可以与这个机器人对话，但没有使用命令的权限。",
    advice: "把发送者的员工号加入 commandAllowFrom 或 ownerAllowFrom",
  },
  owner_command_unauthorized: {
    says: "只有这个机器人的所有者可以使用该命令。",
    advice: "把发送者的员工号加入 ownerAllowFrom",
  },
  sender_rate_limited: {
    says: "您发送得太快，机器人暂时无法继续回答您。",
    advice: "limits.sender.messages",
  },
  group_rate_limited: {
    says: "本群发送得太快，机器人暂时无法继续回答。",
    advice: "limits.group.messages",
  },
  sender_spend_exhausted: {
    says: "您当前可使用的额度已用完。",
    advice: "limits.sender.spend",
  },
  group_spend_exhausted: {
    says: "本群当前可使用的额度已用完。",
    advice: "limits.group.spend",
  },

  own_message: { says: "这条消息是机器人自己发送的。" },
  bot_message: { says: "这条消息来自另一个机器人。", advice: "设置 allowBots 后会回答其他机器人" },
  bot_loop: {
    says: "两个机器人一直在互相回复，因此本机器人暂时停止回答。",
    advice: "botLoopProtection 决定允许的往返次数",
  },
  private_chats_off: {
    says: "机器人被设置为不回答单聊。",
    advice: "respondToPrivate 为 false，或无法读取",
  },
  mentions_off: {
    says: "机器人被设置为不回答群里的 @。",
    advice: "respondToMentions 为 false，或无法读取",
  },
  mentions_everybody: {
    says: "这条消息是发给群里所有人的，没有单独 @机器人。",
    advice: "设置 respondToEverybody 后会回答这类消息",
  },
  activation_skipped: {
    says: "消息没有 @机器人。",
    advice: "请 @机器人，或为该群设置 requireMention: false",
  },
};
