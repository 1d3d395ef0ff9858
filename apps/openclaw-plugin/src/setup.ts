import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";

import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID, ENV_CLIENT_ID, ENV_CLIENT_SECRET } from "./ids.ts";
import { setDirectPolicy } from "./setup-access.ts";
import { isAccountKey, patchAccount, PROMOTION } from "./setup-account.ts";
import { SETUP_FIELDS } from "./setup-fields.ts";
import { isStaffId, setOwner } from "./setup-owner.ts";
import { readAccount, readWithSecret } from "./setup-read.ts";
import { reportSetup } from "./setup-report.ts";
import { stripAllowPrefix } from "./targets.ts";

/** `openclaw channels add --channel dingtalk --client-id … --client-secret …`. */
export const setupContract: NonNullable<Plugin["setupContract"]> = defineChannelSetupContract({
  fields: SETUP_FIELDS,
  adapter: {
    validateInput: ({ cfg, accountId, input }) =>
      refuseCredentials(cfg, accountId, input) ?? refuseOwner(input),
    applyAccountConfig: ({ cfg, accountId, input }) => {
      const { useEnv, owner, testMessage: _testMessage, dmPolicy, ...keys } = input;
      const set = Object.fromEntries(
        Object.entries(keys).filter(([key, value]) => value !== undefined && isAccountKey(key)),
      );
      const clear = useEnv === true ? ["clientId", "clientSecret"] : [];
      const patched = patchAccount(cfg, accountId, { set, clear });
      const decided = dmPolicy === undefined ? patched : setDirectPolicy(patched, accountId, dmPolicy);
      return owner === undefined ? decided : setOwner({ cfg: decided, accountId }, stripAllowPrefix(owner));
    },
    afterAccountConfigWritten: async ({ cfg, accountId, input, runtime }) =>
      reportSetup(await readWithSecret(cfg, accountId), {
        testMessageTo: input.testMessage === true ? input.owner : undefined,
        say: (line) => runtime.log(line),
      }),
    ...PROMOTION,
  },
});

interface Credentials {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly useEnv?: boolean;
}

function refuseCredentials(cfg: OpenClawConfig, accountId: string, input: Credentials): string | undefined {
  if (input.useEnv === true && accountId !== DEFAULT_ACCOUNT_ID) {
    const name = accountId.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
    return `--use-env works for the default account only. This one reads DINGTALK_${name}_CLIENT_ID and DINGTALK_${name}_CLIENT_SECRET where its config has none.`;
  }
  if (input.useEnv === true || (input.clientId && input.clientSecret)) return undefined;
  // Of an account that has its credentials, single settings can be changed.
  const { clientId, configured, settings } = readAccount(cfg, accountId);
  const isOwn = settings !== undefined && configured && clientId !== undefined;
  if (isOwn && input.clientId === undefined) return undefined;
  return (
    `DingTalk needs --client-id and --client-secret, or --use-env with ${ENV_CLIENT_ID} and ${ENV_CLIENT_SECRET}. ` +
    `No app yet? \`openclaw channels add ${CHANNEL_ID}\` makes one by QR code.`
  );
}

interface Owner {
  readonly owner?: string;
  readonly testMessage?: boolean;
}

function refuseOwner({ owner, testMessage }: Owner): string | null {
  if (testMessage === true && owner === undefined)
    return "--test-message needs --owner: it goes to the owner.";
  return owner === undefined || isStaffId(owner)
    ? null
    : "--owner is a staff id: no spaces, not *, and not an encrypted id ($:…).";
}
