import { createDingTalkApi } from "@dingtalk-kit/api";
import type { DingTalkApi } from "@dingtalk-kit/api";
import { createNet } from "@dingtalk-kit/net";
import type { Net } from "@dingtalk-kit/net";
import { ConfigError, systemPorts } from "@dingtalk-kit/protocol";
import type { Clock, Logger, SessionWebhookPort } from "@dingtalk-kit/protocol";
import { createSessionWebhook } from "@dingtalk-kit/webhook";

import type { DingTalkAccount } from "./accounts.ts";
import { unconfiguredReason } from "./accounts.ts";
import { readCaFile } from "./ca-file.ts";
import { limitsOf } from "./shared-limits.ts";

/** The ways out of one account. */
export interface Services extends AsyncDisposable {
  readonly net: Net;
  readonly api: DingTalkApi;
  readonly webhook: SessionWebhookPort;
  readonly clock: Clock;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** @throws ConfigError when the account has no usable credentials. */
export function credentialsOf(account: DingTalkAccount): Credentials {
  const { clientId, clientSecret } = account;
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  throw new ConfigError(
    account.configured ? "the clientSecret reference could not be resolved" : unconfiguredReason(account),
  );
}

/** The account's own way out: its proxy, trust and IP family. @throws ConfigError for a `caFile` that is not there */
export function createAccountNet({ settings }: DingTalkAccount, log: Logger): Net {
  return createNet(
    {
      environment: process.env,
      proxy: settings?.proxy,
      ca: readCaFile(settings?.caFile),
      ipFamily: settings?.ipFamily,
    },
    { log },
  );
}

/**
 * Opens nothing yet: connections come with the first call.
 *
 * @throws ConfigError when a setting cannot be used, such as a `caFile` that is not there.
 */
export function createServices(
  account: DingTalkAccount,
  log: Logger,
  clock: Clock = systemPorts.clock,
): Services {
  const { settings } = account;
  const credentials = credentialsOf(account);
  const net = createAccountNet(account, log);
  const limits = limitsOf(credentials.clientId, log, clock);
  const api = createDingTalkApi(
    {
      ...credentials,
      robotCode: settings?.robotCode,
      endpoints: settings?.endpoints,
      ratePerSecond: settings?.requestsPerSecond,
      longestCardPauseMs: settings?.cardDegradeMs,
    },
    { net, limits },
    { log, clock },
  );
  const webhook = createSessionWebhook({ net }, { log });
  return {
    net,
    api,
    webhook,
    clock,
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      // Last: the calls that ended just now count, too.
      await limits[Symbol.asyncDispose]();
    },
  };
}
