import type { MigrationChange, MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { hasInclude, recordAt } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { configuredChannels, hasOwner, isPluginNamed } from "./plugin-state.ts";

interface GuardPlan {
  readonly next: ConfigRecord;
  readonly changes: readonly MigrationChange[];
  readonly warnings: readonly MigrationWarning[];
}

/**
 * Marks the plugins of settings that belong to no plugin yet as known and disabled. Without the mark the host refuses
 * the whole config, `openclaw plugins install` included; with `enabled: true` its `doctor --fix` deletes the settings.
 * Observed in OpenClaw 2026.9.6, not documented.
 */
export function guardChannels(config: ConfigRecord, installed: readonly InstalledPlugin[]): GuardPlan {
  const loose = configuredChannels(config).filter(
    (channel) => !isPluginNamed(config, channel) && !hasOwner(installed, channel),
  );
  if (loose.length === 0) return { next: config, changes: [], warnings: [] };
  const plugins = recordAt(config, "plugins");
  if (hasInclude(plugins) || hasInclude(plugins["entries"]))
    return { next: config, changes: [], warnings: loose.map(cannotMark) };
  const marks = Object.fromEntries(loose.map((channel) => [channel, { enabled: false }]));
  const entries = { ...recordAt(plugins, "entries"), ...marks };
  return { next: { ...config, plugins: { ...plugins, entries } }, changes: loose.map(mark), warnings: [] };
}

function mark(channel: string): MigrationChange {
  return {
    path: `plugins.entries.${channel}`,
    from: undefined,
    to: '{"enabled":false}',
    why: `keeps OpenClaw from refusing the config, and \`openclaw doctor --fix\` from deleting channels.${channel}, until its plugin is installed and enabled`,
  };
}

function cannotMark(channel: string): MigrationWarning {
  return {
    path: "plugins",
    message: `comes from another file ($include). Next: set plugins.entries.${channel}.enabled to false there, or OpenClaw may refuse the config or delete channels.${channel}`,
  };
}
