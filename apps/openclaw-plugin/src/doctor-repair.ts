import { findInstalledPlugins, isPluginEnabled, LEGACY_CHANNELS, planRepair } from "dingtalk-doctor";
import type { ConfigRecord, InstalledPlugin, RepairPlan } from "dingtalk-doctor";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";

import { CHANNEL_ID, PACKAGE_NAME } from "./ids.ts";

const OURS: InstalledPlugin = { id: CHANNEL_ID, packageName: PACKAGE_NAME, channels: [CHANNEL_ID] };

/** The DingTalk plugins of this OpenClaw, this one first. */
export function installedPlugins(cfg: ConfigRecord): readonly InstalledPlugin[] {
  const others = findInstalledPlugins(resolveStateDir(), cfg).filter(({ id }) => id !== CHANNEL_ID);
  return [OURS, ...others];
}

/**
 * What `openclaw doctor --fix` shall change: settings of other DingTalk plugins and older spellings become ours. The
 * settings of a plugin that is installed and enabled are left to it.
 */
export function planHostRepair(cfg: ConfigRecord): RepairPlan {
  const installed = installedPlugins(cfg);
  const channels: ConfigRecord = { ...Object(cfg["channels"]) };
  const inUse = LEGACY_CHANNELS.filter((channel) =>
    installed.some((plugin) => plugin.channels.includes(channel) && isPluginEnabled(cfg, plugin.id)),
  ).filter((channel) => Object.hasOwn(channels, channel));
  if (inUse.length === 0) return planRepair(cfg, installed);
  const isFree = ([channel]: readonly [string, unknown]): boolean => !inUse.includes(channel);
  const plan = planRepair(
    { ...cfg, channels: Object.fromEntries(Object.entries(channels).filter(isFree)) },
    installed,
  );
  const kept = Object.fromEntries(inUse.map((channel) => [channel, channels[channel]]));
  return { ...plan, next: { ...plan.next, channels: { ...Object(plan.next["channels"]), ...kept } } };
}
