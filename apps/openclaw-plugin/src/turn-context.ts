import type { Admission, AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { contextVisibility } from "./context-visibility.ts";
import { systemPromptFor } from "./group-gate.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { QuotedMessage } from "./quoted-message.ts";
import type { PluginRuntime } from "./runtime.ts";

/** The host's own description of a turn. */
export type TurnContext = ReturnType<PluginRuntime["channel"]["inbound"]["buildContext"]>;

/** Describes an admitted message to the host. Uses the admission up: the host accepts its result once. */
export function buildTurnContext(
  arrival: Arrival,
  admission: Admission,
  context: AdmissionContext,
  quote?: QuotedMessage,
): TurnContext {
  const { message, kind, peer, text, from, to, senderId, senderName } = arrival;
  const { id: nativeChannelId, title } = message.conversation;
  const { ingress, agent, mayCommand } = admission;
  const { route } = agent;
  const { core, cfg, accountId, settings } = context;
  const groupSystemPrompt = systemPromptFor(settings, peer);
  return core.channel.inbound.buildContext({
    channelIngress: ingress,
    channel: CHANNEL_ID,
    accountId,
    messageId: arrival.hostMessageId,
    timestamp: message.createdAtMs ?? Date.now(),
    from,
    sender: { id: senderId, name: senderName },
    conversation: {
      kind,
      id: peer.id,
      nativeChannelId,
      routePeer: peer,
      ...(title !== undefined && { label: title }),
    },
    route: {
      agentId: route.agentId,
      accountId,
      routeSessionKey: route.sessionKey,
      ...(route.dmScope !== undefined && { dmScope: route.dmScope }),
    },
    reply: { to },
    message: { rawBody: text, body: text, bodyForAgent: text, commandBody: text },
    supplemental: { ...(groupSystemPrompt !== undefined && { groupSystemPrompt }), ...(quote && { quote }) },
    contextVisibility: contextVisibility(cfg, accountId),
    access: { commands: { authorized: mayCommand } },
  });
}
