import { planMigration } from "@dingtalk-kit/config";
import type { MigrationChange, MigrationSource, MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import type { Rival } from "./find-rivals.ts";
import { findRivals } from "./find-rivals.ts";
import { findIncludes } from "./find-includes.ts";
import { guardChannels } from "./guard-channels.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import type { KeptSetting } from "./kept-settings.ts";
import { keptSettings } from "./kept-settings.ts";
import { OUR_ID } from "./known-plugins.ts";
import { configuredChannels, hasOwner, isPluginEnabled, isPluginNamed } from "./plugin-state.ts";

/** What has to change in a config file, and what a person should know about it. */
export interface RepairPlan {
  /** The whole file as it should be. */
  readonly next: ConfigRecord;
  /** Empty when there is nothing to do: a second run on `next` has none. Texts hold no secret. */
  readonly changes: readonly MigrationChange[];
  readonly kept: readonly KeptSetting[];
  readonly warnings: readonly MigrationWarning[];
  readonly sources: readonly MigrationSource[];
  readonly rivals: readonly Rival[];
}

/** Plans the migration of a config, and what keeps the host from harming it before our plugin is there. Never throws. */
export function planRepair(config: ConfigRecord, installed: readonly InstalledPlugin[]): RepairPlan {
  const migration = planMigration(config);
  const guard = guardChannels(migration.next, installed);
  const warnings = [
    ...migration.warnings,
    ...guard.warnings,
    ...findIncludes(config),
    ...endangered(config, installed).map(warnOfDeletion),
  ];
  return {
    next: guard.next,
    changes: [...migration.changes, ...guard.changes],
    kept: keptSettings(config, guard.next, warnings),
    warnings,
    sources: migration.sources,
    rivals: findRivals(guard.next, installed),
  };
}

/** Channels whose settings the host's `doctor --fix` deletes: their plugin is named in the config and nowhere to be found. */
function endangered(config: ConfigRecord, installed: readonly InstalledPlugin[]): readonly string[] {
  return configuredChannels(config).filter(
    (channel) =>
      !hasOwner(installed, channel) && isPluginNamed(config, channel) && isPluginEnabled(config, channel),
  );
}

function warnOfDeletion(channel: string): MigrationWarning {
  const next = channel === OUR_ID ? `install the plugin first` : `migrate first`;
  return {
    path: `channels.${channel}`,
    message: `\`openclaw doctor --fix\` deletes these settings as long as the plugin that the config names for them is not installed; none was found here. Next: ${next}`,
  };
}
