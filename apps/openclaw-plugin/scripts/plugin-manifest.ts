import { LEGACY_CHANNELS } from "dingtalk-doctor";

import { channelConfigSchema } from "../src/config-schema.ts";
import { CLI_COMMAND } from "../src/cli.ts";
import { CHANNEL_ID } from "../src/ids.ts";
import { meta } from "../src/meta.ts";

/** The contents of openclaw.plugin.json. */
export function createManifest(): Readonly<Record<string, unknown>> {
  const { schema, uiHints } = channelConfigSchema;
  return {
    id: CHANNEL_ID,
    name: meta.label,
    description: meta.blurb,
    categories: ["channels"],
    channels: [CHANNEL_ID],
    activation: { onStartup: false },
    cliCommands: [CLI_COMMAND],
    configSchema: { type: "object", additionalProperties: false, properties: {} },
    // The host asks us about these sections, too, although they are channels of others.
    configContracts: { compatibilityMigrationPaths: LEGACY_CHANNELS.map((channel) => `channels.${channel}`) },
    doctorContract: { configRepair: true },
    channelConfigs: { [CHANNEL_ID]: { label: meta.label, description: meta.blurb, schema, uiHints } },
  };
}
