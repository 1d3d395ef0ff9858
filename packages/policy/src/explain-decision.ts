import type { Decision, Dispatch } from "./decision.ts";
import { EN } from "./reason-texts-en.ts";
import { ZH } from "./reason-texts-zh.ts";
import type { Language, ReasonCode, ReasonText } from "./reasons.ts";

const TEXTS: Readonly<Record<Language, Readonly<Record<ReasonCode, ReasonText>>>> = { zh: ZH, en: EN };

/** Whether this is a reason that {@link explainReason} has words for, such as one of OpenClaw's ingress. */
export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(EN, code);
}

/** A reason in words: what anybody may hear, and what an operator can do about it. */
export function explainReason(reason: ReasonCode, language: Language): ReasonText {
  return TEXTS[language][reason];
}

/** The decision as a sentence that a person understands, whoever they are: no ids, no settings. */
export function explainDecision(decision: Decision, language: Language): string {
  const { says } = explainReason(decision.reason, language);
  if (decision.kind === "dispatch") return joined([says, describeAgent(decision, language)], language);
  if (decision.kind !== "deny" || decision.retryAfterMs === undefined) return says;
  return joined([says, describeWait(decision.retryAfterMs, language)], language);
}

function describeAgent({ agent, agentFrom, keyword }: Dispatch, language: Language): string | undefined {
  if (agent === undefined) return undefined;
  if (agentFrom === "keyword" && keyword !== undefined) {
    return language === "zh"
      ? `因为消息中有“${keyword}”，由智能体 ${agent} 回答。`
      : `Agent ${agent} answers, because of the word "${keyword}".`;
  }
  return language === "zh" ? `由智能体 ${agent} 回答。` : `Agent ${agent} answers.`;
}

/** Rounded up: whoever waits so long is let in. */
function describeWait(waitMs: number, language: Language): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.ceil(minutes / 60);
  if (language === "zh") {
    const time = seconds < 60 ? `${seconds} 秒` : minutes < 60 ? `${minutes} 分钟` : `${hours} 小时`;
    return `请在 ${time}后再试。`;
  }
  const [count, unit] =
    seconds < 60 ? [seconds, "second"] : minutes < 60 ? [minutes, "minute"] : [hours, "hour"];
  return `Please try again in ${count} ${unit}${count === 1 ? "" : "s"}.`;
}

function joined(sentences: readonly (string | undefined)[], language: Language): string {
  return sentences.filter((sentence) => sentence !== undefined).join(language === "zh" ? "" : " ");
}
