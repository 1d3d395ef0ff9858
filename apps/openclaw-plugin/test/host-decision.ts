import type { Decision } from "@dingtalk-kit/policy";
import { resolveChannelMessageIngress } from "openclaw/plugin-sdk/channel-ingress-runtime";

import { commandGate, reasonOf } from "../src/admission.ts";
import { directPolicy, groupGate } from "../src/group-gate.ts";
import { CHANNEL_ID } from "../src/ids.ts";
import { senderIdentity } from "../src/sender-identity.ts";
import type { PolicyCase } from "./policy-cases.ts";

/** What can be compared of two decisions. */
export interface Verdict {
  readonly kind: Decision["kind"];
  /** In OpenClaw's words. */
  readonly reason: string;
  /** Whether commands are granted; undefined where nothing is dispatched. */
  readonly mayCommand: boolean | undefined;
}

const KINDS = {
  dispatch: "dispatch",
  skip: "skip",
  drop: "deny",
  "pairing-required": "pair",
  observe: undefined,
} as const;

/** OpenClaw's own decision, asked as the plugin asks it (`src/admission.ts`), without a gateway. */
export async function decideByHost({ settings, accessGroups, facts }: PolicyCase): Promise<Verdict> {
  const { conversation, sender } = facts;
  const group = conversation.type === "group";
  const gate = group ? groupGate(settings, conversation.id, facts.mentionsRobot) : undefined;
  const senderId = sender.id ?? "";
  const resolved = await resolveChannelMessageIngress({
    channelId: CHANNEL_ID,
    accountId: "main",
    identity: senderIdentity,
    subject: { stableId: senderId },
    conversation: { kind: conversation.type, id: gate === undefined ? senderId : conversation.id },
    event: { kind: "message", authMode: "inbound", mayPair: conversation.type === "direct" },
    policy: {
      dmPolicy: directPolicy(settings),
      groupPolicy: gate?.senderPolicy ?? settings.groupPolicy,
      groupAllowFromFallbackToAllowFrom: false,
      ...(gate && { activation: { requireMention: gate.requireMention, allowTextCommands: true } }),
    },
    ...(gate && {
      mentionFacts: {
        canDetectMention: true,
        wasMentioned: facts.mentionsRobot,
        hasAnyMention: facts.mentionsAnybody,
      },
    }),
    ...(gate?.blockReason && { route: { id: "group", allowed: false, blockReason: gate.blockReason } }),
    allowFrom: [...settings.allowFrom],
    groupAllowFrom: [...(gate?.senderAllowFrom ?? [])],
    accessGroups,
    readStoreAllowFrom: async () => (sender.paired ? [senderId] : ["somebody-else"]),
    command: commandGate(settings, conversation.type, facts.command !== "none"),
  });
  const { ingress, commandAccess } = resolved;
  const reason = reasonOf(resolved);
  const kind = KINDS[ingress.admission];
  if (kind === undefined) throw new Error(`the host answered ${ingress.admission}, which nobody asked for`);
  if (kind === "dispatch") return { kind, reason, mayCommand: commandAccess.authorized };
  return { kind, reason, mayCommand: undefined };
}
