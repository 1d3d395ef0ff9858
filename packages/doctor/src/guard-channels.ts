import type { MigrationChange, MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { hasInclude, recordAt } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { OUR_ID } from "./known-plugins.ts";
import { configuredChannels, hasOwner, isMarkedDisabled, isPluginNamed } from "./plugin-state.ts";

interface GuardPlan {
  readonly next: ConfigRecord;
  readonly changes: readonly MigrationChange[];
  readonly warnings: readonly MigrationWarning[];
}

/**
 * Marks the plugins of settings that no installed plugin claims as known and disabled. Without the mark the host refuses
 * the whole config, `openclaw plugins install` included; with `enabled: true` its `doctor --fix` deletes the settings.
 * Observed in OpenClaw 2026.9.6, not documented.
 */
export function guardChannels(config: ConfigRecord, installed: readonly InstalledPlugin[]): GuardPlan {
  const loose = configuredChannels(config).filter(
    (channel) => !hasOwner(installed, channel) && needsMark(config, channel),
  );
  const plugins = recordAt(config, "plugins");
  const entries = recordAt(plugins, "entries");
  if (hasInclude(plugins) || hasInclude(entries)) {
    return { next: config, changes: [], warnings: loose.map(cannotMark) };
  }
  if (loose.length === 0) return { next: config, changes: [], warnings: [] };
  const marks = loose.map((channel) => [channel, { ...recordAt(entries, channel), enabled: false }] as const);
  const lists = LISTS.flatMap((name) => shortened(name, plugins[name], loose));
  const next = {
    ...plugins,
    entries: { ...entries, ...Object.fromEntries(marks) },
    ...Object.fromEntries(lists.map(({ name, after }) => [name, after])),
  };
  return {
    next: { ...config, plugins: next },
    changes: [
      ...marks.map(([channel, mark]) => describeMark(channel, entries[channel], mark)),
      ...lists.map(({ name, before, after }) => ({
        path: `plugins.${name}`,
        from: JSON.stringify(before),
        to: JSON.stringify(after),
        why: "a listed plugin that is not installed would have its settings deleted by `openclaw doctor --fix`",
      })),
    ],
    warnings: [],
  };
}

const LISTS = ["allow", "deny"] as const;

interface Shortened {
  readonly name: (typeof LISTS)[number];
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
}

/** The list without these plugins. An empty `allow` would allow every plugin, so a last entry stays. */
function shortened(name: Shortened["name"], list: unknown, loose: readonly string[]): readonly Shortened[] {
  if (!Array.isArray(list)) return [];
  const after: readonly unknown[] = list.filter((id) => typeof id !== "string" || !loose.includes(id));
  const isShorter = after.length < list.length;
  return isShorter && (after.length > 0 || name === "deny") ? [{ name, before: list, after }] : [];
}

/** Our own plugin may be installed where we do not look: what names it is left alone. Others are not wanted any more. */
function needsMark(config: ConfigRecord, channel: string): boolean {
  return channel === OUR_ID ? !isPluginNamed(config, channel) : !isMarkedDisabled(config, channel);
}

function describeMark(channel: string, before: unknown, mark: object): MigrationChange {
  return {
    path: `plugins.entries.${channel}`,
    from: before === undefined ? undefined : enabledOf(before),
    to: enabledOf(mark),
    why: `keeps OpenClaw from refusing the config, and \`openclaw doctor --fix\` from deleting channels.${channel}, as long as no installed plugin claims it`,
  };
}

/** Without the plugin's own settings, which may hold anything. */
function enabledOf(entry: unknown): string {
  const { enabled }: { readonly enabled?: unknown } = Object(entry);
  return JSON.stringify({ enabled });
}

function cannotMark(channel: string): MigrationWarning {
  return {
    path: "plugins",
    message: `comes from another file ($include). Next: set plugins.entries.${channel}.enabled to false there, or OpenClaw may refuse the config or delete channels.${channel}`,
  };
}
