import type { ConfigRecord } from "./config-record.ts";
import { recordAt } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { DINGTALK_CHANNELS, OUR_ID, RIVAL_PLUGINS } from "./known-plugins.ts";

/** Whether the config lets the host load this plugin, if it is there. */
export function isPluginEnabled(config: ConfigRecord, id: string): boolean {
  const { enabled, allow, deny } = recordAt(config, "plugins");
  const lists = (list: unknown): boolean => Array.isArray(list) && list.includes(id);
  return (
    enabled !== false &&
    !lists(deny) &&
    (!Array.isArray(allow) || allow.length === 0 || lists(allow)) &&
    !isMarkedDisabled(config, id)
  );
}

/** Whether the config speaks of this plugin at all. */
export function isPluginNamed(config: ConfigRecord, id: string): boolean {
  return isPluginListed(config, id) || Object.hasOwn(recordAt(config, "plugins", "entries"), id);
}

/** Whether `plugins.allow` or `plugins.deny` holds it. */
export function isPluginListed(config: ConfigRecord, id: string): boolean {
  const { allow, deny } = recordAt(config, "plugins");
  return [allow, deny].some((list) => Array.isArray(list) && list.includes(id));
}

/** Whether its entry says `enabled: false`. */
export function isMarkedDisabled(config: ConfigRecord, id: string): boolean {
  return recordAt(config, "plugins", "entries", id)["enabled"] === false;
}

/** The DingTalk channels that have settings in this config. */
export function configuredChannels(config: ConfigRecord): readonly string[] {
  const channels = recordAt(config, "channels");
  return DINGTALK_CHANNELS.filter((channel) => Object.hasOwn(channels, channel));
}

/** Whether a plugin that claims this channel was seen on this machine. */
export function hasOwner(installed: readonly InstalledPlugin[], channel: string): boolean {
  return installed.some(({ channels }) => channels.includes(channel));
}

/** Plugins of others that were seen on this machine, or are named in the config, and that the host would load. */
export function enabledRivals(
  config: ConfigRecord,
  installed: readonly InstalledPlugin[],
): readonly InstalledPlugin[] {
  const seen = installed.filter(({ id }) => id !== OUR_ID);
  const named = RIVAL_PLUGINS.filter(
    ({ id }) =>
      recordAt(config, "plugins", "entries", id)["enabled"] === true &&
      !seen.some((plugin) => plugin.id === id),
  ).map(({ id, channels, packages }) => ({ id, channels, packageName: packages[0] }));
  return [...seen, ...named].filter(({ id }) => isPluginEnabled(config, id));
}
