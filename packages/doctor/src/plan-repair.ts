import { planMigration } from "@dingtalk-kit/config";
import type { MigrationChange, MigrationPlan, MigrationSource, MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { recordAt } from "./config-record.ts";
import { warnOfDeletion } from "./doomed-channels.ts";
import type { Rival } from "./find-rivals.ts";
import { findRivals } from "./find-rivals.ts";
import { findIncludes } from "./find-includes.ts";
import { guardChannels } from "./guard-channels.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import type { KeptSetting } from "./kept-settings.ts";
import { keptSettings } from "./kept-settings.ts";
import { OUR_ID } from "./known-plugins.ts";
import { hasOwner, isPluginListed } from "./plugin-state.ts";

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
  const migration = withoutListing(planMigration(config), config, installed);
  const guard = guardChannels(migration.next, installed);
  const warnings = [
    ...migration.warnings,
    ...guard.warnings,
    ...findIncludes(config),
    ...warnOfDeletion(guard.next, installed),
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

/**
 * Leaves it to `openclaw plugins install` to put our plugin on the list of allowed ones: the settings of one that is
 * listed and not there are deleted by the host's `doctor --fix`.
 */
function withoutListing(
  plan: MigrationPlan,
  config: ConfigRecord,
  installed: readonly InstalledPlugin[],
): MigrationPlan {
  if (hasOwner(installed, OUR_ID) || isPluginListed(config, OUR_ID)) return plan;
  const plugins = recordAt(plan.next, "plugins");
  const { allow } = plugins;
  if (!Array.isArray(allow) || !allow.includes(OUR_ID)) return plan;
  const before: unknown = recordAt(config, "plugins")["allow"];
  return {
    ...plan,
    next: { ...plan.next, plugins: { ...plugins, allow: before } },
    changes: plan.changes.filter(({ path }) => path !== "plugins.allow"),
  };
}
