import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import { patchScopedAccountConfig } from "openclaw/plugin-sdk/setup";

import { storedAccountKey } from "./accounts.ts";
import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID, ENV_CLIENT_ID, ENV_CLIENT_SECRET } from "./ids.ts";
import { SETUP_FIELDS } from "./setup-fields.ts";

/** Writes keys of one account where its keys already stand: a key at the top would lose against `accounts.default`. */
export function patchAccount(
  cfg: OpenClawConfig,
  accountId: string,
  patch: Readonly<Record<string, unknown>>,
): OpenClawConfig {
  return patchScopedAccountConfig({
    cfg,
    channelKey: CHANNEL_ID,
    accountId,
    patch: { ...patch, enabled: true },
    scopeDefaultToAccounts: storedAccountKey(cfg, accountId) !== undefined,
  });
}

/** `openclaw channels add --channel dingtalk --client-id … --client-secret …`. */
export const setupContract: NonNullable<Plugin["setupContract"]> = defineChannelSetupContract({
  fields: SETUP_FIELDS,
  adapter: {
    validateInput: ({ accountId, input }) => {
      if (input.useEnv === true && accountId !== DEFAULT_ACCOUNT_ID) {
        return `--use-env works for the default account only: other accounts keep their own credentials in the config.`;
      }
      if (input.useEnv === true || (input.clientId && input.clientSecret)) return null;
      return `DingTalk needs --client-id and --client-secret, or --use-env with ${ENV_CLIENT_ID} and ${ENV_CLIENT_SECRET}.`;
    },
    applyAccountConfig: ({ cfg, accountId, input }) => {
      const { useEnv: _useEnv, ...keys } = input;
      return patchAccount(
        cfg,
        accountId,
        Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)),
      );
    },
    singleAccountKeysToMove: [
      "clientId",
      "clientSecret",
      "robotCode",
      "messageType",
      "cardTemplateId",
      "cardTemplateKey",
    ],
  },
});
