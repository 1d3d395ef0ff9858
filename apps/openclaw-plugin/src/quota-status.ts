import type { QuotaUsage } from "@dingtalk-kit/api";

import type { AccountSnapshot, StatusIssue } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { reachedPercentage } from "./quota-budget.ts";
import type { QuotaSettings } from "./quota-budget.ts";

/** What the app has used up this month, for the status. */
export interface QuotaReport {
  /** Calendar month in China. */
  readonly month: string;
  readonly calls: number;
  readonly monthlyLimit: number;
  /** What DingTalk pushed. */
  readonly deliveries: number;
  /** The percentage of the limit that a warning stands for; `null`: none is reached. */
  readonly warning: number | null;
}

/** What the host's snapshots have no field for; it keeps and shows it all the same. */
export interface QuotaFacts {
  readonly quota: QuotaReport;
}

/** Tells the host what is used up of the budget. */
export function createQuotaReporter(
  publish: (patch: Omit<AccountSnapshot, "accountId"> & QuotaFacts) => void,
  quota: QuotaSettings,
): (usage: QuotaUsage) => void {
  const { monthlyLimit } = quota;
  return ({ month, calls, deliveries }) => {
    const warning = reachedPercentage({ calls }, quota) ?? null;
    publish({ quota: { month, calls, monthlyLimit, deliveries, warning } });
  };
}

/** The facts in what was published last. */
export function quotaFacts(snapshot: AccountSnapshot | undefined): Partial<QuotaFacts> {
  const published: (AccountSnapshot & Partial<QuotaFacts>) | undefined = snapshot;
  return published?.quota === undefined ? {} : { quota: published.quota };
}

/** How the account is connected, and what that has cost: the host's list shows no other text of ours. */
export function modeText({ quota }: Partial<QuotaFacts>): string {
  if (quota === undefined) return "stream";
  const { month, calls, monthlyLimit, deliveries } = quota;
  return `stream (${month}: ${calls} of ${monthlyLimit} calls used, ${deliveries} deliveries)`;
}

/** Apps that have used up a good part of their calls, in the host's form. */
export function quotaIssues(snapshots: readonly AccountSnapshot[]): StatusIssue[] {
  return snapshots.flatMap((snapshot) => {
    const { quota } = quotaFacts(snapshot);
    if (quota === undefined || quota.warning === null) return [];
    const { month, calls, monthlyLimit, warning } = quota;
    return [
      {
        channel: CHANNEL_ID,
        accountId: snapshot.accountId,
        kind: "runtime" as const,
        message: `${warning} % of the calls to DingTalk are used: ${calls} of ${monthlyLimit} in ${month}`,
        fix: "cards cost most: Markdown answers or a longer cardStreamInterval save calls",
      },
    ];
  });
}
