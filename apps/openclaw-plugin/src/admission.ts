import type { AccountSettings } from "@dingtalk-kit/config";
import type { ConversationType } from "@dingtalk-kit/protocol";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { createChannelPairingController } from "openclaw/plugin-sdk/channel-pairing";

import { routeMessage } from "./agent-route.ts";
import type { AgentRoute } from "./agent-route.ts";
import type { Arrival } from "./arrival.ts";
import { directPolicy, groupGate } from "./group-gate.ts";
import type { HouseRules } from "./house-rules.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { PluginRuntime } from "./runtime.ts";
import { senderIdentity } from "./sender-identity.ts";
import { stripAllowPrefix } from "./targets.ts";

type Inbound = PluginRuntime["channel"]["inbound"];
export type Ingress = Awaited<ReturnType<Inbound["ingress"]["resolve"]>>;
export type Route = ReturnType<PluginRuntime["channel"]["routing"]["resolveAgentRoute"]>;

/** What the host decided about a message. */
export interface Admission {
  readonly ingress: Ingress;
  readonly agent: AgentRoute;
  /** Whether the sender may give commands: the host and our own rules must both say so. */
  readonly mayCommand: boolean;
}

export interface AdmissionContext {
  readonly core: PluginRuntime;
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  readonly settings: AccountSettings;
  /** What the host does not decide. */
  readonly rules: HouseRules;
}

/** Asks the host whether this message may reach an agent. The result enters one context, once: ask again for a retry. */
export async function admit(arrival: Arrival, context: AdmissionContext): Promise<Admission> {
  const { core, cfg, accountId, settings, rules } = context;
  const { message, kind, peer } = arrival;
  const agent = routeMessage(arrival, context);
  const { route } = agent;
  const gate = kind === "group" ? groupGate(settings, peer.id, message.mentionsRobot) : undefined;
  const command = commandGate(settings, kind, core.channel.text.hasControlCommand(arrival.text, cfg));
  const ingress = await core.channel.inbound.ingress.resolve({
    channelId: CHANNEL_ID,
    accountId,
    identity: senderIdentity,
    subject: { stableId: arrival.senderId },
    conversation: {
      kind,
      id: peer.id,
      ...(message.conversation.title && { title: message.conversation.title }),
    },
    contextBinding: {
      agentId: route.agentId,
      sessionKey: route.sessionKey,
      messageId: arrival.hostMessageId,
      nativeChannelId: message.conversation.id,
      inboundEventKind: "user_request",
    },
    event: { kind: "message", authMode: "inbound", mayPair: kind === "direct" },
    policy: {
      dmPolicy: directPolicy(settings),
      groupPolicy: gate?.senderPolicy ?? settings.groupPolicy,
      groupAllowFromFallbackToAllowFrom: false,
      ...(gate && { activation: { requireMention: gate.requireMention, allowTextCommands: true } }),
    },
    ...(gate && {
      mentionFacts: {
        canDetectMention: true,
        wasMentioned: message.mentionsRobot,
        hasAnyMention: message.mentions.length > 0,
      },
    }),
    ...(gate?.blockReason && { route: { id: "group", allowed: false, blockReason: gate.blockReason } }),
    allowFrom: [...settings.allowFrom],
    groupAllowFrom: [...(gate?.senderAllowFrom ?? [])],
    ...(cfg.accessGroups && { accessGroups: cfg.accessGroups }),
    readStoreAllowFrom: pairing(context).readAllowFromStore,
    command,
  });
  return { ingress, agent, mayCommand: ingress.commandAccess.authorized && rules.mayCommand(arrival) };
}

/**
 * What the host must know of commands. With `commandAllowFrom` only those on it and the owners may give them; the host adds
 * those who may write in a group, which our own rules take back. Without it the host's own rule holds, and in groups the
 * owners come to it: in 1:1 chats whoever is let in may command. `"*"` names no owner.
 */
export function commandGate(
  { allowFrom, commandAllowFrom, ownerAllowFrom }: CommandSettings,
  kind: ConversationType,
  hasControlCommand: boolean,
): {
  readonly allowTextCommands: true;
  readonly hasControlCommand: boolean;
  readonly commandOwnerAllowFrom?: string[];
} {
  const owners = ownerAllowFrom.filter((entry) => stripAllowPrefix(entry) !== "*");
  const inGroup = kind === "group" && owners.length > 0 ? allowFrom : undefined;
  const others = commandAllowFrom ?? inGroup;
  return {
    allowTextCommands: true,
    hasControlCommand,
    ...(others && { commandOwnerAllowFrom: [...others, ...owners] }),
  };
}

type CommandSettings = Pick<AccountSettings, "allowFrom" | "commandAllowFrom" | "ownerAllowFrom">;

/** Why the host decided so: which list let the sender in; of a group that is kept out, the reason that we gave it. */
export function reasonOf({
  ingress,
  senderAccess,
  routeAccess,
}: Pick<Ingress, "ingress" | "senderAccess" | "routeAccess">): string {
  const { admission, reasonCode } = ingress;
  if (admission === "dispatch") return senderAccess.reasonCode;
  return reasonCode === "route_blocked" ? (routeAccess.reason ?? reasonCode) : reasonCode;
}

/** Gives a stranger a code that the owner approves. The host sends at most one per person and hour. */
export async function challenge(
  arrival: Arrival,
  context: AdmissionContext,
  send: (text: string) => Promise<void>,
): Promise<void> {
  await pairing(context).issueChallenge({
    senderId: arrival.senderId,
    senderIdLine: `Your DingTalk user id (员工号): ${arrival.senderId}`,
    meta: { name: arrival.senderName },
    sendPairingReply: send,
  });
}

function pairing({ core, accountId }: AdmissionContext): ReturnType<typeof createChannelPairingController> {
  return createChannelPairingController({ core, channel: CHANNEL_ID, accountId });
}
