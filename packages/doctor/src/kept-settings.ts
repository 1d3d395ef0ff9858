import { isDeepStrictEqual } from "node:util";

import type { MigrationWarning } from "@dingtalk-kit/config";

import type { ConfigRecord } from "./config-record.ts";
import { isRecord, recordAt } from "./config-record.ts";
import { DINGTALK_CHANNELS, OUR_ID } from "./known-plugins.ts";

/** A setting that stays as it is, and why. */
export interface KeptSetting {
  readonly path: string;
  readonly why: string;
}

/** The DingTalk settings that a plan leaves alone; what a warning speaks of is left to that warning. */
export function keptSettings(
  config: ConfigRecord,
  next: ConfigRecord,
  warnings: readonly MigrationWarning[],
): readonly KeptSetting[] {
  const before = recordAt(config, "channels");
  const after = recordAt(next, "channels");
  const kept = DINGTALK_CHANNELS.flatMap((channel) =>
    settingsOf(`channels.${channel}`, before[channel], after[channel]),
  );
  const warned = new Set(warnings.map(({ path }) => path));
  return kept.filter(({ path }) => !warned.has(path));
}

function settingsOf(path: string, before: unknown, after: unknown): readonly KeptSetting[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.entries(before).flatMap(([name, value]) => {
    if (name === "accounts") return accountsOf(`${path}.accounts`, value, after[name]);
    if (!isDeepStrictEqual(value, after[name])) return [];
    return [{ path: `${path}.${name}`, why: whyKept(path, value) }];
  });
}

function accountsOf(path: string, before: unknown, after: unknown): readonly KeptSetting[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.entries(before).flatMap(([id, account]) => settingsOf(`${path}.${id}`, account, after[id]));
}

function whyKept(section: string, value: unknown): string {
  const ours = `channels.${OUR_ID}`;
  if (section !== ours && !section.startsWith(`${ours}.`)) return "not moved: nothing here means the same";
  if (typeof value === "string" && /\$\{[^}]+\}/.test(value))
    return "filled in from the environment when OpenClaw starts";
  if (isRecord(value) && typeof value["source"] === "string")
    return "a reference to a secret that is kept elsewhere";
  return "right as it is";
}
