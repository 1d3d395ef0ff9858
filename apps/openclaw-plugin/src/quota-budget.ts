import type { QuotaUsage } from "@dingtalk-kit/api";
import type { AccountSettings } from "@dingtalk-kit/config";

/** What an account may spend in a month, and what happens then. */
export type QuotaSettings = AccountSettings["quota"];

/** So long DingTalk's own word is believed that nothing is left: more can be bought at any time. Milliseconds. */
const REFUSAL_HOLDS_MS = 600_000;

/** Whether this month's calls are used up, by the settings or by DingTalk's word. */
export function isUsedUp(
  { calls, refusedAtMs }: QuotaUsage,
  { monthlyLimit }: QuotaSettings,
  nowMs: number,
): boolean {
  const isRefused = refusedAtMs !== undefined && nowMs - refusedAtMs < REFUSAL_HOLDS_MS;
  return isRefused || calls >= monthlyLimit;
}

/** The highest of the percentages in `warnAt` that has been reached. */
export function reachedPercentage(
  { calls }: Pick<QuotaUsage, "calls">,
  { monthlyLimit, warnAt }: Pick<QuotaSettings, "monthlyLimit" | "warnAt">,
): number | undefined {
  const reached = warnAt.filter((percentage) => calls * 100 >= percentage * monthlyLimit);
  return reached.length === 0 ? undefined : Math.max(...reached);
}
