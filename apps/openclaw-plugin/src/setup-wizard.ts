import type { ChannelSetupWizard } from "openclaw/plugin-sdk/channel-setup";

import { inspectAccount, resolveAccount } from "./accounts.ts";
import { CHANNEL_ID, CONFIG_PATH, ENV_CLIENT_ID, ENV_CLIENT_SECRET } from "./ids.ts";
import { patchAccount } from "./setup.ts";

/** The questions of `openclaw onboard` and `openclaw channels add` without flags. */
export const setupWizard: ChannelSetupWizard = {
  channel: CHANNEL_ID,
  status: {
    configuredLabel: "configured",
    unconfiguredLabel: "needs Client ID and Client Secret",
    resolveConfigured: ({ cfg, accountId }) => inspectAccount(cfg, accountId).configured,
  },
  introNote: {
    title: "DingTalk app",
    lines: [
      "1. open-dev.dingtalk.com: create an internal app, add the robot capability, choose Stream mode.",
      "2. Permissions: Card.Instance.Write and Card.Streaming.Write for AI cards.",
      "3. Publish a version; then copy Client ID and Client Secret from Credentials.",
      "Each person who writes to the robot gets a session of their own, unless session.dmScope says otherwise.",
    ],
  },
  stepOrder: "text-first",
  textInputs: [
    {
      inputKey: "clientId",
      message: "Client ID (AppKey)",
      placeholder: "dingxxxxxxxxxxxx",
      required: true,
      currentValue: ({ cfg, accountId }) => resolveAccount(cfg, accountId).clientId,
      applySet: ({ cfg, accountId, value }) => patchAccount(cfg, accountId, { clientId: value.trim() }),
    },
  ],
  credentials: [
    {
      inputKey: "clientSecret",
      providerHint: CHANNEL_ID,
      credentialLabel: "Client Secret (AppSecret)",
      preferredEnvVar: ENV_CLIENT_SECRET,
      envPrompt: `${ENV_CLIENT_SECRET} detected. Use it (with ${ENV_CLIENT_ID})?`,
      keepPrompt: "A Client Secret is configured. Keep it?",
      inputPrompt: "Client Secret (AppSecret)",
      inspect: ({ cfg, accountId }) => {
        const { configured } = inspectAccount(cfg, accountId);
        return { accountConfigured: configured, hasConfiguredValue: configured };
      },
      applySet: ({ cfg, accountId, value }) => patchAccount(cfg, accountId, { clientSecret: value }),
      applyUseEnv: ({ cfg, accountId }) => patchAccount(cfg, accountId, {}),
    },
  ],
  dmPolicy: {
    label: "DingTalk",
    channel: CHANNEL_ID,
    policyKey: `${CONFIG_PATH}.dmPolicy`,
    allowFromKey: `${CONFIG_PATH}.allowFrom`,
    getCurrent: (cfg, accountId) => resolveAccount(cfg, accountId).settings?.dmPolicy ?? "pairing",
    setPolicy: (cfg, dmPolicy, accountId) => {
      const account = resolveAccount(cfg, accountId);
      const allowFrom = account.settings?.allowFrom ?? [];
      const everybody =
        dmPolicy === "open" && !allowFrom.includes("*") ? { allowFrom: [...allowFrom, "*"] } : {};
      return patchAccount(cfg, account.accountId, { dmPolicy, ...everybody });
    },
  },
};
