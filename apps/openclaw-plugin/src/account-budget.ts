import type { QuotaMeter, QuotaUsage } from "@dingtalk-kit/api";
import type { Clock, Logger, StatePort } from "@dingtalk-kit/protocol";

import { failureLine } from "./failure.ts";
import { isUsedUp, reachedPercentage } from "./quota-budget.ts";
import type { QuotaSettings } from "./quota-budget.ts";

/** What one account may still spend. Disposing stores the counts. */
export interface AccountBudget extends AsyncDisposable {
  /** Whether this month's calls are used up. `false` where it cannot be known. */
  isUsedUp(): Promise<boolean>;
}

export interface QuotaWarning {
  readonly percentage: number;
  readonly usage: QuotaUsage;
}

export interface BudgetContext {
  /** Of the app: accounts and commands that use it in this process count together. */
  readonly meter: QuotaMeter;
  readonly quota: QuotaSettings;
  /** Of the account's store. */
  readonly state: StatePort;
  readonly clock: Clock;
  readonly log: Logger;
  onUsage(usage: QuotaUsage): void;
  /** Each percentage is warned of once a month, whoever restarts. */
  onWarning(warning: QuotaWarning): void;
}

const NAMESPACE = "quota-warnings";
const KEPT_MS = 62 * 86_400_000;

/** Keeps the app's counts in the account's store from now on, shows them, and warns. */
export function openAccountBudget(context: BudgetContext): AccountBudget {
  const { meter, quota, state, clock, log } = context;
  let warned: { readonly month: string; readonly percentage: number } | undefined;
  let warning = Promise.resolve();

  /** Whether this is the first to warn of `percentage` in its month. */
  const claim = async ({ percentage, usage }: QuotaWarning): Promise<boolean> => {
    const entry = await state.get(NAMESPACE, usage.month);
    if (typeof entry?.value === "number" && entry.value >= percentage) return false;
    const change = {
      expectedVersion: entry?.version,
      value: percentage,
      expiresAtMs: clock.nowMs() + KEPT_MS,
    };
    return (await state.compareAndSet(NAMESPACE, usage.month, change)) !== undefined;
  };
  const warn = async (due: QuotaWarning): Promise<void> => {
    try {
      if (!(await claim(due))) return;
    } catch (error) {
      // Rather twice than never.
      log.debug("the warning about the quota could not be written down", { error });
    }
    const { month, calls } = due.usage;
    const { percentage } = due;
    log.warn(`${percentage} % of the calls of ${month} are used`, {
      calls,
      limit: quota.monthlyLimit,
      next: "cards cost most: Markdown answers or a longer cardStreamInterval save calls",
    });
    context.onWarning(due);
  };
  const look = (usage: QuotaUsage): void => {
    context.onUsage(usage);
    const percentage = reachedPercentage(usage, quota);
    const { month } = usage;
    if (percentage === undefined) return;
    if (warned?.month === month && warned.percentage >= percentage) return;
    warned = { month, percentage };
    warning = warning.then(() => warn({ percentage, usage }));
  };

  const kept = meter.keepIn(state);
  const watch = meter.watch(look);
  return {
    async isUsedUp() {
      try {
        return isUsedUp(await meter.usage(), quota, clock.nowMs());
      } catch (error) {
        log.debug(`quota: ${failureLine(error)}`);
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      await kept[Symbol.asyncDispose]();
      watch[Symbol.dispose]();
      await warning;
    },
  };
}
