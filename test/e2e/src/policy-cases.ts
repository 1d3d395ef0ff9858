import type { SayInput } from "dingtalk-simulator";

import { ROOMS } from "./policy-house.ts";

/** One message to the account `house`, what its sender sees, and what `explain` says. */
export interface PolicyCase {
  readonly title: string;
  readonly say: SayInput & { readonly text: string };
  /** `undefined`: nothing. */
  readonly shown: { readonly kind: "message" | "card" } | undefined;
  readonly access: { readonly decision: string; readonly letIn: boolean; readonly reason: string };
  /** Which agent answers, and why. */
  readonly agent?: { readonly id: string; readonly by: string };
  /** What the operator is to do. */
  readonly next?: string;
}

const letIn = (reason: string): PolicyCase["access"] => ({ decision: "dispatch", letIn: true, reason });
const dropped = (reason: string): PolicyCase["access"] => ({ decision: "drop", letIn: false, reason });
const ANSWERED = { kind: "message" } as const;
const BY_DEFAULT = { id: "main", by: "default" };
const CLERK = { id: "clerk", by: "group-default" };

/** In this order: those of one group are answered in it. */
export const POLICY_CASES: readonly PolicyCase[] = [
  {
    title: "a person on the list is answered by the default agent",
    say: { from: "dan", text: "hello from dan" },
    shown: ANSWERED,
    access: letIn("dm_policy_allowlisted"),
    agent: BY_DEFAULT,
  },
  {
    title: "a stranger in a 1:1 chat hears nothing",
    say: { from: "mallory", text: "hello from a stranger" },
    shown: undefined,
    access: dropped("dm_policy_not_allowlisted"),
    next: "add the sender's staff id to channels.dingtalk.allowFrom",
  },
  {
    title: "everybody is answered in a listed group, by the default agent of groups",
    say: { from: "mallory", conversation: ROOMS.open, text: "the animal is a quagga" },
    shown: ANSWERED,
    access: letIn("group_policy_open"),
    agent: CLERK,
  },
  {
    title: "a group that is not listed hears nothing, whoever asks there",
    say: { from: "dan", conversation: "cidE2eUnlistedRoom==", text: "hello from nowhere" },
    shown: undefined,
    access: dropped("group_not_listed"),
    next: "list the group under channels.dingtalk.groups",
  },
  {
    title: "a group that is switched off hears nothing",
    say: { from: "dan", conversation: ROOMS.closed, text: "hello from a closed room" },
    shown: undefined,
    access: dropped("group_disabled"),
    next: "set enabled of the group under channels.dingtalk.groups to true",
  },
  {
    title: "a person on a group's own list is answered there",
    say: { from: "dan", conversation: ROOMS.people, text: "hello from the list" },
    shown: ANSWERED,
    access: letIn("group_policy_allowed"),
    agent: CLERK,
  },
  {
    title:
      "a person who is not on a group's own list hears nothing there, also one who may write in 1:1 chats",
    say: { from: "eve", conversation: ROOMS.people, text: "hello from beside the list" },
    shown: undefined,
    access: dropped("group_policy_not_allowlisted"),
    next: "add the sender's staff id to allowFrom of the group, or where it has none to channels.dingtalk.groupAllowFrom",
  },
  {
    title: "a message in a group that does not mention the robot is passed over",
    say: { from: "dan", conversation: ROOMS.open, mention: false, text: "nobody asked the robot" },
    shown: undefined,
    access: { decision: "skip", letIn: false, reason: "activation_skipped" },
    next: "@mention it, or set requireMention of the group to false",
  },
  {
    title: "a group in which no mention is needed is answered without one",
    say: { from: "dan", conversation: ROOMS.loud, mention: false, text: "hello without a mention" },
    shown: ANSWERED,
    access: letIn("group_policy_open"),
    agent: CLERK,
  },
  {
    title: "a Chinese keyword leads to another agent",
    say: { from: "eve", text: "请发今天的日报表" },
    shown: ANSWERED,
    access: letIn("dm_policy_allowlisted"),
    agent: { id: "reporting", by: 'keyword "报表"' },
  },
  {
    title: "an English keyword leads to another agent, in a group as well",
    say: { from: "dan", conversation: ROOMS.open, text: "Where is the Weekly Report?" },
    shown: ANSWERED,
    access: letIn("group_policy_open"),
    agent: { id: "reporting", by: 'keyword "weekly report"' },
  },
  {
    title: "a keyword inside of another English word leads nowhere",
    say: { from: "boss", text: "I read weekly reports" },
    shown: ANSWERED,
    access: letIn("dm_policy_allowlisted"),
    agent: BY_DEFAULT,
  },
  {
    title: "a group with an agent, a prompt and cards of its own gets them",
    say: { from: "dan", conversation: ROOMS.team, text: "the city is Zanzibar" },
    shown: { kind: "card" },
    access: letIn("group_policy_open"),
    agent: { id: "team", by: "group" },
  },
  {
    title: "a second person in it is answered as well",
    say: { from: "boss", conversation: ROOMS.team, text: "which city?" },
    shown: { kind: "card" },
    access: letIn("group_policy_open"),
    agent: { id: "team", by: "group" },
  },
  {
    title: "a second person in a group with one session is answered as well",
    say: { from: "boss", conversation: ROOMS.open, text: "which animal?" },
    shown: ANSWERED,
    access: letIn("group_policy_open"),
    agent: CLERK,
  },
];
