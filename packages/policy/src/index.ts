export { decide } from "./decide.ts";
export type { AgentSource, Decision, Deny, Dispatch, Pair, SenderRights, Skip } from "./decision.ts";
export { denialKey, replyToDenial } from "./denial-reply.ts";
export type { SaidDenials } from "./denial-reply.ts";
export { explainDecision, explainReason, isReasonCode } from "./explain-decision.ts";
export { matchKeyword } from "./keyword-route.ts";
export type { KeywordRoute } from "./keyword-route.ts";
export { messageFacts } from "./message-facts.ts";
export type { CommandClass, KnownFacts, MessageFacts, SenderKind } from "./message-facts.ts";
export { meter, meterKeys, recordSpending } from "./meter.ts";
export type { MeterKeys, Meters, NextMeters, Usage } from "./meter.ts";
export { createPairing } from "./pairing.ts";
export type { Pairing, PairingAnswer, PairingCandidate, PairingOptions } from "./pairing.ts";
export { PairingError } from "./pairing-error.ts";
export type { PairedSender, PairingRequest } from "./pairing-records.ts";
export { pairingInvitation, pairingWelcome } from "./pairing-texts.ts";
export type {
  AccessGroup,
  Allowance,
  BotLoopProtection,
  DenialReplies,
  DirectPolicy,
  GroupPolicy,
  GroupRule,
  KeywordTarget,
  Policy,
  SenderEntries,
  UsageLimit,
} from "./policy.ts";
export type { PolicyProblem } from "./policy-reader.ts";
export type {
  AccessReason,
  DenyReason,
  DispatchReason,
  KnownReason,
  Language,
  PairReason,
  ReasonCode,
  ReasonText,
  SkipReason,
} from "./reasons.ts";
export { resolvePolicy } from "./resolve-policy.ts";
export { routeAgent } from "./route-agent.ts";
export type {
  ResolvedGroup,
  ResolvedLimit,
  ResolvedLoopProtection,
  ResolvedPolicy,
} from "./resolved-policy.ts";
export type { SenderList } from "./sender-list.ts";
