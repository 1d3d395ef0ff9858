import type { JsonValue } from "@dingtalk-kit/protocol";

import type { BotExchanges } from "./bot-loop.ts";
import { recordExchange } from "./bot-loop.ts";
import type { Decision, Deny } from "./decision.ts";
import type { MessageFacts } from "./message-facts.ts";
import { isRecord } from "./policy-reader.ts";
import type { ResolvedLimit, ResolvedPolicy } from "./resolved-policy.ts";
import type { Bucket, SpendWindow } from "./usage-limit.ts";
import { addSpending, messageAfterMs, openWindow, refill, takeMessage } from "./usage-limit.ts";

/** What one person or one group has used up. JSON. */
export type Usage = { readonly bucket: Bucket | null; readonly window: SpendWindow | null };

/** What the limits of one message go by, each under the key that {@link meterKeys} gives. JSON, or nothing yet. */
export interface Meters {
  readonly sender?: JsonValue | undefined;
  readonly group?: JsonValue | undefined;
  readonly botPair?: JsonValue | undefined;
}

/** {@link Meters} to be kept for the next message; what is absent has not changed. */
export interface NextMeters {
  readonly sender?: Usage;
  readonly group?: Usage;
  readonly botPair?: BotExchanges;
}

/** Under which keys the meters of a message are kept. */
export interface MeterKeys {
  readonly sender: string;
  /** `undefined` in 1:1 chats. */
  readonly group: string | undefined;
  /** `undefined` when the sender is no robot. */
  readonly botPair: string | undefined;
}

/** A person is metered across conversations, a group across its people, a pair of robots in one conversation. */
export function meterKeys({ conversation, sender }: MessageFacts, robotId: string): MeterKeys {
  const senderId = sender.id ?? "";
  const pair = [senderId, robotId].toSorted();
  return {
    sender: JSON.stringify(["sender", senderId]),
    group: conversation.type === "group" ? JSON.stringify(["group", conversation.id]) : undefined,
    botPair: sender.kind === "bot" ? JSON.stringify(["bots", conversation.id, ...pair]) : undefined,
  };
}

/**
 * Holds a decision to the limits: a `dispatch` may become `deny` with the time to wait, or `skip` in a bot loop. Every
 * other decision is returned as it is. Commands are free, so that `/stop` passes when nothing else does.
 *
 * A message that is refused by one limit uses up none of the others.
 */
export function meter(
  policy: ResolvedPolicy,
  facts: MessageFacts,
  decision: Decision,
  { meters, nowMs }: { readonly meters: Meters; readonly nowMs: number },
): { readonly decision: Decision; readonly meters: NextMeters } {
  if (decision.kind !== "dispatch") return { decision, meters: {} };
  const bots =
    facts.sender.kind === "bot" ? recordExchange(policy.botLoopProtection, meters.botPair, nowMs) : undefined;
  const counted: NextMeters = bots === undefined ? {} : { botPair: bots.exchanges };
  if (bots?.suppressed === true) return { decision: { kind: "skip", reason: "bot_loop" }, meters: counted };
  if (facts.command !== "none") return { decision, meters: counted };

  const sender = take(policy.limits.sender, meters.sender, nowMs, SENDER_REASONS);
  if (!sender.taken) return { decision: sender.refusal, meters: counted };
  if (facts.conversation.type === "direct") return { decision, meters: { ...counted, sender: sender.usage } };
  const group = take(policy.limits.group, meters.group, nowMs, GROUP_REASONS);
  if (!group.taken) return { decision: group.refusal, meters: counted };
  return { decision, meters: { ...counted, sender: sender.usage, group: group.usage } };
}

/** Adds what a turn has cost, once that is known. The last turn of a window may therefore go over the limit. */
export function recordSpending(
  policy: ResolvedPolicy,
  facts: MessageFacts,
  amount: number,
  { meters, nowMs }: { readonly meters: Meters; readonly nowMs: number },
): NextMeters {
  const spend = (limit: ResolvedLimit, state: JsonValue | undefined): Usage => {
    const { bucket, window } = parts(state);
    const open = limit.spend && openWindow(limit.spend, window, nowMs);
    return {
      bucket: limit.messages ? refill(limit.messages, bucket, nowMs) : null,
      window: limit.spend ? addSpending(open, amount, nowMs) : null,
    };
  };
  const sender = spend(policy.limits.sender, meters.sender);
  if (facts.conversation.type === "direct") return { sender };
  return { sender, group: spend(policy.limits.group, meters.group) };
}

const SENDER_REASONS = { rate: "sender_rate_limited", spend: "sender_spend_exhausted" } as const;
const GROUP_REASONS = { rate: "group_rate_limited", spend: "group_spend_exhausted" } as const;

type Taken =
  | { readonly taken: true; readonly usage: Usage }
  | { readonly taken: false; readonly refusal: Deny };

function take(
  limit: ResolvedLimit,
  state: JsonValue | undefined,
  nowMs: number,
  reasons: typeof SENDER_REASONS | typeof GROUP_REASONS,
): Taken {
  const { bucket, window } = parts(state);
  const { spend, messages } = limit;
  const open = spend && openWindow(spend, window, nowMs);
  if (spend !== undefined && (open?.spent ?? 0) >= spend.max) {
    const ends = open !== undefined && spend.max > 0;
    const retryAfterMs = ends ? open.startMs + spend.perMs - nowMs : undefined;
    return refuse(reasons.spend, retryAfterMs);
  }
  const filled = messages && refill(messages, bucket, nowMs);
  const left = filled && takeMessage(filled);
  if (messages !== undefined && filled !== undefined && left === undefined)
    return refuse(reasons.rate, messageAfterMs(messages, filled));
  return { taken: true, usage: { bucket: left ?? null, window: open ?? null } };
}

function refuse(reason: Deny["reason"], retryAfterMs: number | undefined): Taken {
  const refusal: Deny = { kind: "deny", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { taken: false, refusal };
}

function parts(state: JsonValue | undefined): {
  readonly bucket: JsonValue | undefined;
  readonly window: JsonValue | undefined;
} {
  if (state === undefined || state === null) return { bucket: undefined, window: undefined };
  // Not an object: hand it on, so that it is found unreadable where it is read.
  if (!isJsonObject(state)) return { bucket: state, window: state };
  return { bucket: state["bucket"], window: state["window"] };
}

function isJsonObject(state: JsonValue): state is { readonly [key: string]: JsonValue } {
  return isRecord(state);
}
