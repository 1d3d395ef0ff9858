import type { ReasonCode } from "@dingtalk-kit/policy";

import type { AccessWords, HostReason } from "./explain-access.ts";
import { CONFIG_PATH } from "./ids.ts";

const LIMITS = `nothing, or see ${CONFIG_PATH}.limits`;

/** Reasons of our own rules, for the operator: what the host has no word for. */
export const RULE_WORDS: Readonly<Record<Exclude<ReasonCode, HostReason>, AccessWords>> = {
  dm_policy_paired: { why: "the sender's pairing was approved" },
  group_listed: { why: "everybody in this group may use the robot" },
  group_disabled: {
    why: "the robot is switched off in this group",
    next: `set enabled of the group under ${CONFIG_PATH}.groups to true`,
  },
  group_not_listed: {
    why: "the group is not among those that may use the robot",
    next: `list the group under ${CONFIG_PATH}.groups`,
  },
  sender_unnamed: { why: "DingTalk did not say who wrote it" },
  owner_command_unauthorized: {
    why: "it is a command for owners, and the sender is none",
    next: `add the sender's staff id to ${CONFIG_PATH}.ownerAllowFrom`,
  },
  sender_rate_limited: { why: "the sender wrote more than may be answered in that time", next: LIMITS },
  group_rate_limited: { why: "the group wrote more than may be answered in that time", next: LIMITS },
  sender_spend_exhausted: { why: "the sender has used up what may be spent on them", next: LIMITS },
  group_spend_exhausted: { why: "the group has used up what may be spent on it", next: LIMITS },
  own_message: { why: "the robot wrote it itself" },
  bot_message: { why: "another robot wrote it", next: `set ${CONFIG_PATH}.allowBots to answer robots` },
  bot_loop: { why: "two robots kept answering each other", next: `see ${CONFIG_PATH}.botLoopProtection` },
  private_chats_off: {
    why: "the robot stays out of 1:1 chats",
    next: `set ${CONFIG_PATH}.respondToPrivate to true`,
  },
  mentions_off: {
    why: "the robot does not answer mentions in groups",
    next: `set ${CONFIG_PATH}.respondToMentions to true`,
  },
  mentions_everybody: {
    why: "it was for everybody in the group, and not for the robot",
    next: `@mention the robot, or set ${CONFIG_PATH}.respondToEverybody to true`,
  },
};
