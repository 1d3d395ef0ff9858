import type { AccountSettings } from "@dingtalk-kit/config";
import type { Logger, MessageKey, StatePort } from "@dingtalk-kit/protocol";
import type { StreamStatus } from "@dingtalk-kit/stream";

import type { QuotaWarning } from "./account-budget.ts";
import { createDeadLetterAlert } from "./dead-letter-alert.ts";
import { openLinkAlert } from "./link-alert.ts";
import { createOwnerAlerts } from "./owner-alerts.ts";
import type { Services } from "./services.ts";
import { localeLanguage } from "./setup-texts.ts";
import { parseTarget } from "./targets.ts";

/** What of an account its owner is told. Does nothing where `alertTo` is not set. */
export interface AccountAlerts extends AsyncDisposable {
  onStatus(status: StreamStatus): void;
  onDeadLetter(key: MessageKey, reason: string): void;
  onQuota(warning: QuotaWarning): void;
}

export interface AccountAlertsContext {
  readonly accountId: string;
  readonly settings: Pick<AccountSettings, "alertTo" | "quota">;
  readonly services: Pick<Services, "api" | "clock">;
  readonly state: StatePort;
  readonly log: Logger;
}

export async function openAccountAlerts(context: AccountAlertsContext): Promise<AccountAlerts> {
  const { accountId, settings, services, state, log } = context;
  const { alertTo, quota } = settings;
  const { clock, api } = services;
  if (alertTo === undefined) return NO_ALERTS;
  const target = parseTarget(alertTo);
  if (target === undefined) {
    log.warn("config: alertTo is no DingTalk target, so nobody is told of trouble", {
      next: "write user:<staffId> or group:<cid…>",
    });
    return NO_ALERTS;
  }
  const alerts = createOwnerAlerts({
    target,
    robot: api.robot,
    accountId,
    language: localeLanguage(),
    clock,
    log,
  });
  const link = await openLinkAlert({ alerts, state, clock, log });
  const deadLetters = createDeadLetterAlert(alerts, clock);
  return {
    onStatus: (status) => link.seen(status),
    onDeadLetter: (key, reason) => deadLetters.seen(key, reason),
    onQuota: ({ percentage, usage: { calls, month } }) =>
      alerts.raise("quota", { kind: "quota", percentage, calls, month, limit: quota.monthlyLimit }),
    async [Symbol.asyncDispose]() {
      deadLetters[Symbol.dispose]();
      await alerts[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

const NO_ALERTS: AccountAlerts = {
  onStatus: () => undefined,
  onDeadLetter: () => undefined,
  onQuota: () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};
