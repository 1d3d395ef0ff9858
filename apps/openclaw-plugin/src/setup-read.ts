import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { resolveConfiguredSecretInputString } from "openclaw/plugin-sdk/secret-input-runtime";

import { resolveAccount } from "./accounts.ts";
import type { DingTalkAccount } from "./accounts.ts";
import { CHANNEL_ID } from "./ids.ts";

/**
 * Reads an account out of the config as the user wrote it, which is what set-up is given: `${NAME}` is filled in for
 * reading, and stays in what is written.
 */
export function readAccount(cfg: OpenClawConfig, accountId: string): DingTalkAccount {
  const section = fillVariables(cfg.channels?.[CHANNEL_ID]);
  return resolveAccount({ ...cfg, channels: { ...cfg.channels, [CHANNEL_ID]: section } }, accountId);
}

/** The same with its secret fetched from where a SecretRef says; without one when that cannot be done here. */
export async function readWithSecret(cfg: OpenClawConfig, accountId: string): Promise<DingTalkAccount> {
  const account = readAccount(cfg, accountId);
  const { settings, path, clientSecret } = account;
  if (clientSecret !== undefined || settings?.clientSecret === undefined) return account;
  const { value } = await resolveConfiguredSecretInputString({
    config: cfg,
    env: process.env,
    value: settings.clientSecret,
    path: `${path}.clientSecret`,
  });
  return { ...account, clientSecret: value };
}

/** As the host does it; a variable that is not set leaves its text alone, and is named like any wrong value. */
function fillVariables(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replaceAll(
      /(?<!\$)\$\{([A-Z_][A-Z0-9_]*)\}/g,
      (text, name: string) => process.env[name] || text,
    );
  }
  if (Array.isArray(value)) return value.map(fillVariables);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillVariables(inner)]));
}
