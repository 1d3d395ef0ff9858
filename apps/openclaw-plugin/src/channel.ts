import { describeAccountSnapshot } from "openclaw/plugin-sdk/account-helpers";
import { createHybridChannelConfigAdapter } from "openclaw/plugin-sdk/channel-config-helpers";
import { createChatChannelPlugin } from "openclaw/plugin-sdk/channel-core";

import type { DingTalkAccount } from "./accounts.ts";
import {
  defaultAccountId,
  inspectAccount,
  isStarted,
  listAccountIds,
  resolveAccount,
  unconfiguredReason,
} from "./accounts.ts";
import { channelConfigSchema } from "./config-schema.ts";
import { directory } from "./directory.ts";
import { doctor } from "./doctor.ts";
import { gateway } from "./gateway.ts";
import { groups } from "./groups.ts";
import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { messaging } from "./messaging.ts";
import { meta } from "./meta.ts";
import { message, outbound } from "./outbound.ts";
import { pairing } from "./pairing.ts";
import type { ProbeResult } from "./probe.ts";
import { secrets } from "./secrets.ts";
import { security } from "./security.ts";
import { setupContract } from "./setup.ts";
import { setupWizard } from "./setup-wizard.ts";
import { status } from "./status.ts";
import { stripAllowPrefix } from "./targets.ts";

/** The channel, put together. */
export const dingtalkPlugin: Plugin = createChatChannelPlugin<DingTalkAccount, ProbeResult>({
  base: {
    id: CHANNEL_ID,
    meta,
    capabilities: { chatTypes: ["direct", "group"], media: false, blockStreaming: false },
    reload: { configPrefixes: [`channels.${CHANNEL_ID}`] },
    configSchema: channelConfigSchema,
    config: {
      ...createHybridChannelConfigAdapter<DingTalkAccount>({
        sectionKey: CHANNEL_ID,
        listAccountIds,
        resolveAccount,
        inspectAccount,
        defaultAccountId,
        clearBaseFields: ["name", "clientId", "clientSecret", "robotCode"],
        resolveAllowFrom: ({ settings }) => settings && [...settings.allowFrom],
        formatAllowFrom: (entries) => entries.map((entry) => stripAllowPrefix(String(entry))),
      }),
      isConfigured: isStarted,
      unconfiguredReason,
      describeAccount: (account) =>
        describeAccountSnapshot({
          account,
          configured: account.configured,
          extra: { tokenSource: account.credentialSource, dmPolicy: account.settings?.dmPolicy },
        }),
    },
    setupContract,
    setupWizard,
    secrets,
    doctor,
    groups,
    messaging,
    directory,
    agentPrompt: {
      messageToolHints: () => [
        "- DingTalk targets: `user:<staffId>` or `group:<openConversationId>`; ids are case-sensitive. `user:<name>` and `group:<title>` work for whoever has written, as long as only one has that name. Omit the target to answer here.",
      ],
      inboundFormattingHints: () => ({
        text_markup: "DingTalk Markdown",
        rules: [
          "Headings, bold, lists, links, quotes and fenced code are shown.",
          "Keep tables small; HTML is not shown.",
        ],
      }),
    },
    status,
    gateway,
    message,
  },
  security,
  pairing,
  outbound,
});
