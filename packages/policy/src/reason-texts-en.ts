import type { ReasonCode, ReasonText } from "./reasons.ts";

export const EN: Readonly<Record<ReasonCode, ReasonText>> = {
  dm_policy_open: { says: "Anybody may write to this robot." },
  dm_policy_allowlisted: { says: "You are on the list of people who may write to this robot." },
  dm_policy_paired: { says: "Your pairing with this robot was approved." },
  group_policy_open: { says: "This robot answers in every group." },
  group_policy_allowed: { says: "You are on the list of people who may use this robot in this group." },
  group_listed: { says: "This robot answers everybody in this group." },

  dm_policy_pairing_required: {
    says: "This robot does not know you yet: ask its owner to approve your pairing code.",
    advice: "approve the code, or add the sender's staff id to allowFrom",
  },

  dm_policy_disabled: {
    says: "This robot does not answer in 1:1 chats.",
    advice: 'dmPolicy is "disabled", or could not be read',
  },
  dm_policy_not_allowlisted: {
    says: "You are not on the list of people who may write to this robot. Please ask its administrator.",
    advice: "add the sender's staff id to allowFrom",
  },
  group_policy_disabled: {
    says: "This robot does not answer in groups.",
    advice: 'groupPolicy is "disabled", or could not be read',
  },
  group_disabled: {
    says: "This robot is switched off in this group.",
    advice: "the group's entry in groups has enabled: false, or could not be read",
  },
  group_not_listed: {
    says: "This robot has not been allowed into this group. Please ask its administrator.",
    advice: "add the conversation id to groups",
  },
  group_policy_empty_allowlist: {
    says: "Nobody has been allowed to use this robot in this group. Please ask its administrator.",
    advice: "list the group in groups, or people in groupAllowFrom; an empty list means nobody",
  },
  group_policy_not_allowlisted: {
    says: "You are not on the list of people who may use this robot in this group. Please ask its administrator.",
    advice: "add the sender's staff id to the group's allowFrom, or to groupAllowFrom",
  },
  access_group_missing: {
    says: "You are not on the list of people who may use this robot. Please ask its administrator.",
    advice: "a list refers to an access group that does not exist in accessGroups",
  },
  access_group_unsupported: {
    says: "You are not on the list of people who may use this robot. Please ask its administrator.",
    advice: 'a list refers to an access group whose type is not "message.senders"',
  },
  sender_unnamed: {
    says: "DingTalk did not say who wrote this message, so it cannot be answered.",
    advice: "the message has neither a staff id nor a sender id",
  },

  control_command_unauthorized: {
    says: "You may chat with this robot, and not command it.",
    advice: "add the sender's staff id to commandAllowFrom or ownerAllowFrom",
  },
  owner_command_unauthorized: {
    says: "Only an owner of this robot may use this command.",
    advice: "add the sender's staff id to ownerAllowFrom",
  },
  sender_rate_limited: {
    says: "You are writing faster than this robot may answer you.",
    advice: "limits.sender.messages",
  },
  group_rate_limited: {
    says: "This group is writing faster than this robot may answer it.",
    advice: "limits.group.messages",
  },
  sender_spend_exhausted: {
    says: "You have used up what this robot may spend on you for now.",
    advice: "limits.sender.spend",
  },
  group_spend_exhausted: {
    says: "This group has used up what this robot may spend on it for now.",
    advice: "limits.group.spend",
  },

  own_message: { says: "The robot wrote this message itself." },
  bot_message: {
    says: "Another robot wrote this message.",
    advice: "set allowBots to answer robots",
  },
  bot_loop: {
    says: "Two robots kept answering each other, so this one stopped for a while.",
    advice: "botLoopProtection says how many exchanges are too many",
  },
  private_chats_off: {
    says: "The robot was told not to answer in 1:1 chats.",
    advice: "respondToPrivate is false, or could not be read",
  },
  mentions_off: {
    says: "The robot was told not to answer mentions in groups.",
    advice: "respondToMentions is false, or could not be read",
  },
  mentions_everybody: {
    says: "The message is for everybody in the group, and does not mention the robot itself.",
    advice: "set respondToEverybody to answer such messages",
  },
  activation_skipped: {
    says: "The robot was not mentioned.",
    advice: "mention the robot, or set requireMention: false for the group",
  },
};
