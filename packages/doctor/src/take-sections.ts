import type { MigrationChange, MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { hasInclude, isRecord, recordAt } from "./config-record.ts";
import { configuredChannels } from "./plugin-state.ts";

interface Taken {
  readonly config: ConfigRecord;
  readonly changes: readonly MigrationChange[];
  readonly warnings: readonly MigrationWarning[];
}

/** Puts the DingTalk settings of another file where this config has none. What it has stays. */
export function takeSections(config: ConfigRecord, other: ConfigRecord, from: string): Taken {
  const channels = recordAt(config, "channels");
  if (hasInclude(channels)) {
    const message = `comes from another file ($include), so nothing of ${from} was put there`;
    return { config, changes: [], warnings: [{ path: "channels", message }] };
  }
  const offered = configuredChannels(other);
  const missing = offered.filter((channel) => !Object.hasOwn(channels, channel));
  const sections = missing.map((channel) => [channel, recordAt(other, "channels")[channel]] as const);
  return {
    config:
      missing.length === 0
        ? config
        : { ...config, channels: { ...channels, ...Object.fromEntries(sections) } },
    changes: sections.map(([channel, section]) => ({
      path: `channels.${channel}`,
      from: undefined,
      to: namesIn(section),
      why: `taken from ${from}`,
    })),
    warnings: offered
      .filter((channel) => !missing.includes(channel))
      .map((channel) => ({
        path: `channels.${channel}`,
        message: `is in this config as well as in ${from}; the one in this config stays`,
      })),
  };
}

/** Names alone: the values are shown by the migration, with secrets hidden. */
function namesIn(section: unknown): string {
  return isRecord(section) ? `{ ${Object.keys(section).join(", ")} }` : "something that is no object";
}
