import { resolve } from "node:path";

import type { Ports } from "@dingtalk-kit/protocol";

import type { ConfigFile, FoundConfig } from "./config-file.ts";
import { findConfig, readConfig } from "./config-file.ts";
import { stateFolder } from "./config-paths.ts";
import type { ConfigRecord } from "./config-record.ts";
import { editConfig, printConfig } from "./edit-config.ts";
import type { EditedConfig } from "./edit-config.ts";
import { firstSteps } from "./first-steps.ts";
import { findInstalledPlugins } from "./installed-plugins.ts";
import { findLostSettings } from "./lost-settings.ts";
import type { RepairPlan } from "./plan-repair.ts";
import { planRepair } from "./plan-repair.ts";
import { configuredChannels } from "./plugin-state.ts";
import { requireWritable } from "./read-only.ts";
import { replaceFile } from "./replace-file.ts";
import type { Surroundings } from "./surroundings.ts";
import { takeSections } from "./take-sections.ts";

export interface MigrateOptions {
  /** The config to read. @defaultValue the one that the host reads */
  readonly config?: string | undefined;
  /** Another file to take DingTalk settings from, where the config has none. */
  readonly from?: string | undefined;
  /** Writes the config. @defaultValue false */
  readonly apply?: boolean | undefined;
}

export interface MigrateResult {
  /** The config that the host reads. */
  readonly path: string;
  /** How it was found; `undefined`: there was none, it is made. */
  readonly because: string | undefined;
  /** The file that settings were taken from. */
  readonly takenFrom: string | undefined;
  readonly plan: RepairPlan;
  /** Comments that the new text does not have. */
  readonly lostComments: number;
  readonly written: boolean;
  readonly backup: string | undefined;
  /** A copy with DingTalk settings beside a config that has none. */
  readonly lost: string | undefined;
  readonly steps: readonly string[];
}

/**
 * Shows, and with `apply` writes, how a config has to change so that our plugin reads it. Needs no OpenClaw, and works
 * on a config that OpenClaw refuses.
 *
 * @throws ConfigError when there is no config or it cannot be read
 * @throws NotWrittenError when it could not be written
 */
export async function migrate(
  options: MigrateOptions,
  surroundings: Surroundings,
  ports: Partial<Ports> = {},
): Promise<MigrateResult> {
  const found = await findConfig(options.config, surroundings);
  const current = found.file?.document.value ?? {};
  const source = await sourceOf(options, found, surroundings);
  const taken = source && takeSections(current, source.document.value, source.path);
  const config = taken?.config ?? current;
  const installed = findInstalledPlugins(stateFolder(found.path, surroundings), config);
  const plan = withTaken(planRepair(config, installed), taken);

  const edited = edit(found, plan.next);
  const pending = plan.changes.length > 0;
  const shallWrite = options.apply === true && pending;
  if (shallWrite) requireWritable(surroundings.env, found.path);
  const before = found.file?.document.text;
  const backup = shallWrite
    ? await replaceFile({ path: found.path, before, after: edited.text }, ports)
    : undefined;
  return {
    path: found.path,
    because: found.file?.because,
    takenFrom: taken?.changes.length ? source?.path : undefined,
    plan,
    lostComments: pending ? edited.lostComments : 0,
    written: shallWrite,
    backup,
    lost: configuredChannels(plan.next).length > 0 ? undefined : await findLostSettings(found.path),
    steps: firstSteps({ next: plan.next, pending: pending && !shallWrite, installed }),
  };
}

async function sourceOf(
  { from }: MigrateOptions,
  { file, old }: FoundConfig,
  { cwd }: Surroundings,
): Promise<ConfigFile | undefined> {
  if (from !== undefined) return readConfig({ path: resolve(cwd, from), because: "--from" });
  const hasOwn = file !== undefined && configuredChannels(file.document.value).length > 0;
  return hasOwn ? undefined : old;
}

function withTaken(plan: RepairPlan, taken: ReturnType<typeof takeSections> | undefined): RepairPlan {
  if (taken === undefined) return plan;
  return {
    ...plan,
    changes: [...taken.changes, ...plan.changes],
    warnings: [...taken.warnings, ...plan.warnings],
  };
}

function edit({ file }: FoundConfig, next: ConfigRecord): EditedConfig {
  return file === undefined ? { text: printConfig(next), lostComments: 0 } : editConfig(file.document, next);
}
