import type { MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { hasInclude, isRecord, recordAt } from "./config-record.ts";
import { DINGTALK_CHANNELS } from "./known-plugins.ts";

/** Parts of the DingTalk settings that the host reads from other files: they are not seen here, and not changed. */
export function findIncludes(config: ConfigRecord): readonly MigrationWarning[] {
  const channels = recordAt(config, "channels");
  const sections = DINGTALK_CHANNELS.map((channel) => [`channels.${channel}`, channels[channel]] as const);
  const accounts = sections.flatMap(([path, section]) =>
    Object.entries(recordAt(section, "accounts")).map(
      ([id, account]) => [`${path}.accounts.${id}`, account] as const,
    ),
  );
  const places = [["the whole file", config], ["channels", channels], ...sections, ...accounts] as const;
  return places
    .filter(([, value]) => isRecord(value) && hasInclude(value))
    .map(([path]) => ({
      path,
      message:
        "has an $include: settings in that file are neither read nor changed here. Next: if they are DingTalk settings, rename them there by hand",
    }));
}
