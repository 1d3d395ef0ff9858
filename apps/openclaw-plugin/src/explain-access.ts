import type { Ingress } from "./admission.ts";
import { RULE_WORDS } from "./explain-rules.ts";
import { CONFIG_PATH } from "./ids.ts";

export type HostReason = Ingress["ingress"]["reasonCode"];

/** The reason for a decision about access, for the operator. */
export interface AccessWords {
  readonly why: string;
  /** What to do about it, when it was a refusal. */
  readonly next?: string;
}

const GROUP_GATES = `see ${CONFIG_PATH}.accessGroups`;
const IDENTITY = "look for a newer release of the plugin; report it if there is none";

const HOST_WORDS: Readonly<Record<HostReason, AccessWords>> = {
  allowed: { why: "nothing speaks against it" },
  route_blocked: {
    why: "the group is not one that may use the robot, or is switched off",
    next: `list the group under ${CONFIG_PATH}.groups`,
  },
  route_sender_empty: {
    why: "nobody may use the robot in this group",
    next: `list people in ${CONFIG_PATH}.groupAllowFrom, or in allowFrom of the group`,
  },
  dm_policy_disabled: { why: "1:1 chats are off", next: `set ${CONFIG_PATH}.dmPolicy to let people in` },
  dm_policy_open: { why: "1:1 chats are open to everybody" },
  dm_policy_allowlisted: { why: "the sender may write in 1:1 chats" },
  dm_policy_pairing_required: {
    why: "the sender is a stranger and got a pairing code",
    next: "let them in with the code from `openclaw pairing list dingtalk`: `openclaw pairing approve dingtalk CODE`",
  },
  dm_policy_not_allowlisted: {
    why: "the sender is not among those who may write in 1:1 chats",
    next: `add the sender's staff id to ${CONFIG_PATH}.allowFrom`,
  },
  group_policy_disabled: { why: "groups are off", next: `set ${CONFIG_PATH}.groupPolicy to let groups in` },
  group_policy_open: { why: "everybody in this group may use the robot" },
  group_policy_allowed: { why: "the sender may use the robot in this group" },
  group_policy_empty_allowlist: {
    why: "no group and nobody is listed, and an empty list means nobody",
    next: `list the group under ${CONFIG_PATH}.groups, or people in ${CONFIG_PATH}.groupAllowFrom`,
  },
  group_policy_not_allowlisted: {
    why: "the sender is not among those who may use the robot in this group",
    next: `add the sender's staff id to allowFrom of the group, or where it has none to ${CONFIG_PATH}.groupAllowFrom`,
  },
  command_authorized: { why: "the sender may give this command" },
  control_command_unauthorized: {
    why: "it is a command, and the sender may not give commands",
    next: `add the sender's staff id to ${CONFIG_PATH}.commandAllowFrom, or where that is not set to allowFrom`,
  },
  event_authorized: { why: "it needed no permission of its own" },
  event_unauthorized: { why: "the sender may not cause this", next: IDENTITY },
  event_pairing_not_allowed: {
    why: "strangers get no pairing code here",
    next: `add the sender's staff id to ${CONFIG_PATH}.allowFrom`,
  },
  sender_not_required: { why: "the sender did not matter" },
  origin_subject_missing: { why: "whom it came from is not known", next: IDENTITY },
  origin_subject_not_matched: { why: "it came from somebody else than its origin", next: IDENTITY },
  activation_allowed: { why: "the sender may write here, and the robot is addressed" },
  activation_skipped: {
    why: "the robot was not mentioned",
    next: "@mention it, or set requireMention of the group to false",
  },
  access_group_missing: { why: "an access group that is named does not exist", next: GROUP_GATES },
  access_group_unsupported: {
    why: "an access group is of a kind that OpenClaw cannot use",
    next: GROUP_GATES,
  },
  access_group_failed: { why: "an access group could not be looked up", next: GROUP_GATES },
  mutable_identifier_disabled: { why: "a list names people by something that can change", next: IDENTITY },
  identifier_authentication_too_weak: { why: "who the sender is was not certain enough", next: IDENTITY },
  no_policy_match: { why: "no policy lets it in", next: `see dmPolicy and groupPolicy of ${CONFIG_PATH}` },
};

const WORDS: ReadonlyMap<string, AccessWords> = new Map([
  ...Object.entries(HOST_WORDS),
  ...Object.entries(RULE_WORDS),
]);

/** Words for a reason of the host or of our own rules, also for one that a newer host has given. */
export function accessWords(code: string): AccessWords {
  return WORDS.get(code) ?? { why: code };
}
