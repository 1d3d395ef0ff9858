import type { MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { OUR_ID, OUR_PACKAGE } from "./known-plugins.ts";
import {
  configuredChannels,
  hasOwner,
  isMarkedDisabled,
  isPluginListed,
  isPluginNamed,
} from "./plugin-state.ts";

/**
 * Settings that the host's `doctor --fix` deletes: the config names their plugin, and it was not found. Observed in
 * OpenClaw 2026.9.6: a mark `enabled: false` saves them, unless `plugins.allow` or `deny` lists the plugin.
 */
export function warnOfDeletion(
  config: ConfigRecord,
  installed: readonly InstalledPlugin[],
): readonly MigrationWarning[] {
  const doomed = configuredChannels(config).filter(
    (channel) =>
      !hasOwner(installed, channel) &&
      (isPluginListed(config, channel) ||
        (isPluginNamed(config, channel) && !isMarkedDisabled(config, channel))),
  );
  return doomed.map((channel) => ({
    path: `channels.${channel}`,
    message: `\`openclaw doctor --fix\` would delete these settings: the config names their plugin, and it was not found here. Next: ${rescue(channel)}`,
  }));
}

function rescue(channel: string): string {
  return channel === OUR_ID
    ? `\`openclaw plugins install ${OUR_PACKAGE}\` before it`
    : `put another plugin in the place of "${channel}" in plugins.allow before it`;
}
