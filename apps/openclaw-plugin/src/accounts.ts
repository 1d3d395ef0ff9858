import { findUnknownKeys, publicSettings, resolveAccount as resolveSettings } from "@dingtalk-kit/config";
import type { AccountSettings, ConfigProblem, ValueOrigin } from "@dingtalk-kit/config";
import { createAccountListHelpers } from "openclaw/plugin-sdk/account-helpers";
import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import { resolveAccountKey } from "openclaw/plugin-sdk/account-resolution";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { hasConfiguredSecretInput, normalizeSecretInputString } from "openclaw/plugin-sdk/secret-input";

import { HOST_GROUP_KEYS, HOST_KEYS } from "./config-schema.ts";
import { CHANNEL_ID, CONFIG_PATH, ENV_APP_KEY, ENV_CLIENT_ID, ENV_CLIENT_SECRET } from "./ids.ts";

/** One account as the rest of the plugin sees it. */
export interface DingTalkAccount {
  readonly accountId: string;
  /** Where its keys stand in the config. */
  readonly path: string;
  readonly name: string | undefined;
  readonly enabled: boolean;
  /**
   * Whether client id and secret are there; the secret may still have to be fetched. Also true for an account with
   * mistakes, so that it is started and gets a line about them.
   */
  readonly configured: boolean;
  /** A client id without a secret: somebody began to set the account up. */
  readonly halfConfigured: boolean;
  readonly credentialSource: "config" | "env" | "none";
  readonly clientId: string | undefined;
  /** `undefined` also while a SecretRef has not been fetched by the host. */
  readonly clientSecret: string | undefined;
  /** `undefined` when a value does not fit: `problems` says which. */
  readonly settings: AccountSettings | undefined;
  readonly problems: readonly ConfigProblem[];
}

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `channels.dingtalk` of a config. */
function channelSection(cfg: OpenClawConfig): Section {
  const section: unknown = cfg.channels?.[CHANNEL_ID];
  return isSection(section) ? section : {};
}

const listing = createAccountListHelpers(CHANNEL_ID, {
  implicitDefaultAccount: {
    channelKeys: ["clientId", "clientSecret", "app_key", "appKey", "app_secret", "appSecret"],
    envVars: [ENV_CLIENT_ID, ENV_APP_KEY],
  },
});

/** Ids of all accounts; the one at the top of the section is `default`. */
export const listAccountIds: (cfg: OpenClawConfig) => string[] = listing.listAccountIds;
/** The account that is meant when none is named. */
export const defaultAccountId: (cfg: OpenClawConfig) => string = listing.resolveDefaultAccountId;

/** Key under `accounts` where the user keeps this account, in the user's own spelling; `undefined`: it lives at the top. */
export function storedAccountKey(cfg: OpenClawConfig, accountId: string): string | undefined {
  const accounts = channelSection(cfg)["accounts"];
  return isSection(accounts) ? resolveAccountKey({ ...accounts }, accountId, normalizeAccountId) : undefined;
}

/** Reads one account. Never throws: an account with mistakes comes back without `settings`. */
export function resolveAccount(cfg: OpenClawConfig, accountId?: string | null): DingTalkAccount {
  const id = normalizeAccountId(accountId ?? defaultAccountId(cfg));
  const section = channelSection(cfg);
  const accountKey = storedAccountKey(cfg, id);
  const { settings, problems, origins } = resolveSettings({
    path: CONFIG_PATH,
    section,
    accountKey,
    environment: accountKey === undefined && id !== DEFAULT_ACCOUNT_ID ? {} : process.env,
    // The host has filled in what it could before it hands its config out.
    expandVariables: false,
  });
  const clientId = settings?.clientId;
  const hasSecret = hasConfiguredSecretInput(settings?.clientSecret);
  return {
    accountId: id,
    path: accountKey === undefined ? CONFIG_PATH : `${CONFIG_PATH}.accounts.${accountKey}`,
    name: settings?.name,
    enabled: section["enabled"] !== false && (settings?.enabled ?? true),
    configured: settings === undefined || (clientId !== undefined && hasSecret),
    halfConfigured: settings !== undefined && clientId !== undefined && !hasSecret,
    credentialSource: credentialSource(origins["clientId"]),
    clientId,
    clientSecret: normalizeSecretInputString(settings?.clientSecret),
    settings,
    problems,
  };
}

function credentialSource(origin: ValueOrigin | undefined): DingTalkAccount["credentialSource"] {
  if (origin === undefined) return "none";
  return origin.kind === "environment" ? "env" : "config";
}

/**
 * An account without its secret. The host's audits and set-up hand it to the same callbacks as resolved accounts, so it
 * has all of their fields.
 */
export interface AccountInspection extends DingTalkAccount {
  readonly clientSecret: undefined;
  readonly tokenSource: string;
  readonly tokenStatus: "available" | "configured_unavailable" | "missing";
}

/** The same reading for status and audits: holds no secret, and needs none to be fetched. */
export function inspectAccount(cfg: OpenClawConfig, accountId?: string | null): AccountInspection {
  const account = resolveAccount(cfg, accountId);
  return {
    ...account,
    clientSecret: undefined,
    settings: account.settings && publicSettings(account.settings),
    tokenSource: account.credentialSource,
    tokenStatus: tokenStatus(account),
  };
}

function tokenStatus({ configured, clientSecret }: DingTalkAccount): AccountInspection["tokenStatus"] {
  if (!configured) return "missing";
  return clientSecret === undefined ? "configured_unavailable" : "available";
}

/** What to write where, when an account has no credentials. */
export function unconfiguredReason({ accountId, clientId, path }: DingTalkAccount): string {
  const missing = clientId === undefined ? "clientId" : "clientSecret";
  const environment = ` or ${ENV_CLIENT_ID} and ${ENV_CLIENT_SECRET} in the environment`;
  return `no ${missing}. Next: set ${path}.${missing}${accountId === DEFAULT_ACCOUNT_ID ? environment : ""}`;
}

/** Whether the host shall start it. The host skips the others in silence, and a mistake deserves a line. */
export const isStarted = ({ configured, halfConfigured }: DingTalkAccount): boolean =>
  configured || halfConfigured;

/** Keys of the section that nobody reads. */
export function unknownKeys(cfg: OpenClawConfig): readonly ConfigProblem[] {
  return findUnknownKeys(CONFIG_PATH, channelSection(cfg), { account: HOST_KEYS, group: HOST_GROUP_KEYS });
}

/** The accounts that the host starts, in the order of the config. */
export function startedAccounts(cfg: OpenClawConfig): readonly DingTalkAccount[] {
  return listAccountIds(cfg)
    .map((id) => resolveAccount(cfg, id))
    .filter((account) => account.enabled && isStarted(account));
}

/** Id of an account that comes before this one and uses the same app; the earlier one receives its messages. */
export function findTwin(cfg: OpenClawConfig, account: DingTalkAccount): string | undefined {
  const started = startedAccounts(cfg);
  const before = started.slice(
    0,
    started.findIndex(({ accountId }) => accountId === account.accountId),
  );
  return before.find(
    ({ clientId, configured, settings }) =>
      configured && settings !== undefined && clientId === account.clientId,
  )?.accountId;
}
