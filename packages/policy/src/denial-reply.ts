import type { JsonValue } from "@dingtalk-kit/protocol";

import type { Decision } from "./decision.ts";
import { explainDecision } from "./explain-decision.ts";
import type { MessageFacts } from "./message-facts.ts";
import { isRecord } from "./policy-reader.ts";
import type { DenyReason, KnownReason, Language } from "./reasons.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";

/** When each reason was last said to a person in a conversation, by reason. JSON, so that it can be kept anywhere. */
export type SaidDenials = { readonly [reason: string]: number };

/** Reasons that only somebody hears who may use the robot. */
const KNOWN_REASONS: ReadonlySet<DenyReason> = new Set<KnownReason>([
  "control_command_unauthorized",
  "owner_command_unauthorized",
  "sender_rate_limited",
  "group_rate_limited",
  "sender_spend_exhausted",
  "group_spend_exhausted",
]);

/** Under which key {@link SaidDenials} are kept. */
export function denialKey({ conversation, sender }: MessageFacts): string {
  return JSON.stringify([conversation.id, sender.id ?? ""]);
}

/**
 * What the sender is told of a refusal, if anything: in their language, once per reason and
 * `denialReplyEveryMs`, never to robots, and in groups only when the robot was addressed. Who is told at all is for
 * `denialReplies` to say; strangers are not, unless it says `all`: an answer would tell them that the robot is there.
 *
 * @returns `said` is to be kept under {@link denialKey} when there is a `text`.
 */
export function replyToDenial(
  policy: ResolvedPolicy,
  { facts, decision }: { readonly facts: MessageFacts; readonly decision: Decision },
  { said, nowMs }: { readonly said: JsonValue | undefined; readonly nowMs: number },
  language: Language,
): { readonly text: string | undefined; readonly said: SaidDenials } {
  const everyMs = policy.denialReplyEveryMs;
  const recent = readSaid(said, nowMs - everyMs, nowMs);
  if (decision.kind !== "deny" || !hears(policy, facts, decision.reason) || decision.reason in recent)
    return { text: undefined, said: recent };
  return {
    text: explainDecision(decision, language),
    said: { ...recent, [decision.reason]: nowMs },
  };
}

function hears({ denialReplies }: ResolvedPolicy, facts: MessageFacts, reason: DenyReason): boolean {
  if (denialReplies === "none" || facts.sender.kind !== "person" || reason === "sender_unnamed") return false;
  if (denialReplies === "known" && !KNOWN_REASONS.has(reason)) return false;
  if (facts.conversation.type === "direct" || facts.mentionsRobot) return true;
  return facts.command !== "none" && !facts.mentionsAnybody;
}

/** What was said since then. What lies ahead was said by a clock that has been put back. */
function readSaid(said: JsonValue | undefined, sinceMs: number, nowMs: number): SaidDenials {
  const source: unknown = said;
  if (!isRecord(source)) return {};
  const entries = Object.entries(source).flatMap(([reason, atMs]) =>
    typeof atMs === "number" && atMs > sinceMs && atMs <= nowMs ? [[reason, atMs] as const] : [],
  );
  return Object.fromEntries(entries);
}
