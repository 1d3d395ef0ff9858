import { maskId } from "@dingtalk-kit/protocol";

import type { ConfigRecord } from "./config-record.ts";
import { isRecord, recordAt } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { LEGACY_CHANNELS, OUR_ID } from "./known-plugins.ts";
import { enabledRivals, isPluginEnabled } from "./plugin-state.ts";

const ID_KEYS = ["clientId", "client_id", "appKey", "app_key", "appkey", "AppKey"];

/** Client ids of the enabled accounts of a channel's section, under every spelling. */
function clientIdsIn(section: unknown): readonly string[] {
  if (!isRecord(section) || section["enabled"] === false) return [];
  const accounts = Object.values(recordAt(section, "accounts")).filter(isRecord);
  const ids = [section, ...accounts]
    .filter(({ enabled }) => enabled !== false)
    .flatMap((account) => ID_KEYS.map((key) => account[key]))
    .filter((id) => typeof id === "string" || typeof id === "number");
  return [...new Set(ids.map(String))];
}

/**
 * Channels of other DingTalk plugins that would connect with the same app: DingTalk gives each message to only one of
 * the connections. Those whose plugin the config turns off are none.
 */
export function channelsOfApp(config: ConfigRecord, clientId: string): readonly string[] {
  const channels = recordAt(config, "channels");
  return LEGACY_CHANNELS.filter(
    (channel) => isPluginEnabled(config, channel) && clientIdsIn(channels[channel]).includes(clientId),
  );
}

/** Another DingTalk plugin, or settings of one, beside ours. */
export interface Rival {
  /** `plugins.entries.ddingtalk` or `channels.ddingtalk`. */
  readonly path: string;
  /** One sentence with the next step. */
  readonly message: string;
}

/** Who else would take messages of our apps. */
export function findRivals(config: ConfigRecord, installed: readonly InstalledPlugin[]): readonly Rival[] {
  const ours = clientIdsIn(recordAt(config, "channels")[OUR_ID]);
  const sameApp = ours.flatMap((id) => channelsOfApp(config, id).map((channel) => twinChannel(channel, id)));
  return [...enabledRivals(config, installed).map(rivalPlugin), ...sameApp];
}

function twinChannel(channel: string, clientId: string): Rival {
  return {
    path: `channels.${channel}`,
    message: `has the same clientId ${maskId(clientId)} as channels.${OUR_ID}: DingTalk gives each message to only one of the two. Next: keep one of them`,
  };
}

function rivalPlugin({ id, packageName, channels }: InstalledPlugin): Rival {
  const what = packageName === undefined ? "another DingTalk plugin" : packageName;
  const claims = channels.includes(OUR_ID) ? `, which claims the channel ${OUR_ID} as well,` : "";
  return {
    path: `plugins.entries.${id}`,
    message: `${what}${claims} is enabled. Next: \`openclaw plugins disable ${id}\``,
  };
}
