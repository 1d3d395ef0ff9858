import { createChannelMessageReplyPipeline } from "openclaw/plugin-sdk/channel-outbound";

import type { Admission, AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { buildTurnContext } from "./turn-context.ts";
import type { TurnContext } from "./turn-context.ts";
import { messageTypeFor } from "./group-gate.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { NameBook } from "./known-names.ts";
import { quotedMessage } from "./quoted-message.ts";
import type { PluginRuntime } from "./runtime.ts";
import type { TurnReply } from "./turn-reply.ts";

/** How a dispatch ended when it did not throw. */
export type TurnEnd =
  | "done"
  | "joined-running-task"
  | "answered-elsewhere"
  | "kept-private"
  | "chose-silence"
  | "not-dispatched";

type TurnPlan = Parameters<PluginRuntime["channel"]["inbound"]["dispatch"]>[0];

interface Turn {
  readonly reply: TurnReply;
  readonly signal: AbortSignal;
}

/** Hands one admitted message to the host and feeds its reply from the host's events until the dispatch has settled. */
export async function dispatchTurn(
  arrival: Arrival,
  admission: Admission,
  context: AdmissionContext & { readonly names: NameBook },
  turn: Turn,
): Promise<TurnEnd> {
  const { message, text } = arrival;
  const id = arrival.hostMessageId;
  const quote = await quotedMessage(arrival, context);
  const ctxPayload = buildTurnContext(arrival, admission, context, quote);
  const result = await context.core.channel.inbound.run({
    channel: CHANNEL_ID,
    accountId: context.accountId,
    raw: message,
    adapter: {
      ingest: () => ({ id, rawText: text, textForAgent: text, textForCommands: text }),
      resolveTurn: () => planTurn({ arrival, admission, context, turn, ctxPayload }),
    },
  });
  return result.dispatched ? endOf(result.dispatchResult) : "not-dispatched";
}

type Dispatched = Extract<
  Awaited<ReturnType<PluginRuntime["channel"]["inbound"]["dispatch"]>>,
  { readonly dispatched: true }
>["dispatchResult"];

function endOf(result: Dispatched): TurnEnd {
  if (result.deferredToActiveRun !== undefined) return "joined-running-task";
  if (result.observedReplyDelivery === true) return "answered-elsewhere";
  if (result.deliberateSilentTerminalReply === true || result.sendPolicyDenied === true)
    return "chose-silence";
  // The operator wants to see only what the agent sends by tool, and it sent nothing.
  return result.sourceReplyDeliveryMode === "message_tool_only" ? "kept-private" : "done";
}

interface Plan {
  readonly arrival: Arrival;
  readonly admission: Admission;
  readonly context: AdmissionContext;
  readonly turn: Turn;
  readonly ctxPayload: TurnContext;
}

function planTurn({ arrival, admission, context, turn, ctxPayload }: Plan): TurnPlan {
  const { cfg, accountId, settings } = context;
  const { route } = admission.agent;
  const { reply, signal } = turn;
  const {
    onModelSelected,
    typingCallbacks: _typing,
    ...prefix
  } = createChannelMessageReplyPipeline({
    cfg,
    agentId: route.agentId,
    channel: CHANNEL_ID,
    accountId,
  });
  const sessionKey = route.lastRoutePolicy === "main" ? route.mainSessionKey : route.sessionKey;
  const updateLastRoute = { sessionKey, channel: CHANNEL_ID, to: arrival.to, accountId };
  return {
    cfg,
    channel: CHANNEL_ID,
    accountId,
    route: { agentId: route.agentId, sessionKey: route.sessionKey },
    ctxPayload,
    record: arrival.kind === "direct" ? { updateLastRoute } : {},
    dispatcherOptions: { ...prefix, onSettled: () => reply.settle() },
    delivery: {
      observeMessageSent: true,
      deliver: async (payload, info) => reply.deliver(payload, info.kind),
    },
    replyOptions: {
      ...reply.events,
      onModelSelected(selected) {
        onModelSelected(selected);
        reply.events.onModelSelected?.(selected);
      },
      abortSignal: signal,
      disableBlockStreaming: true,
      // Both are needed for tool events to arrive at all: the card shows them in its own way.
      suppressDefaultToolProgressMessages: true,
      allowToolLifecycleWhenProgressHidden: messageTypeFor(settings, arrival.peer) === "card",
    },
  };
}
