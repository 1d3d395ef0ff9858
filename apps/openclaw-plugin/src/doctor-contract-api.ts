// `openclaw doctor` asks plugins about old settings before it loads them. It looks for this file by its name in dist/,
// because the manifest's `doctorContract` says so.
import { LEGACY_CHANNELS } from "dingtalk-doctor";
import type { ConfigRecord } from "dingtalk-doctor";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { planHostRepair } from "./doctor-repair.ts";
import type { Doctor } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";

type Rule = NonNullable<Doctor["legacyConfigRules"]>[number];

const touches = (root: ConfigRecord, channel: string): boolean =>
  planHostRepair(root).changes.some(
    ({ path }) => path === `channels.${channel}` || path.startsWith(`channels.${channel}.`),
  );

/** Names settings of other DingTalk plugins, and spellings of theirs among ours. */
export const legacyConfigRules: readonly Rule[] = [
  ...LEGACY_CHANNELS.map((channel) => ({
    path: ["channels", channel],
    message: `settings of another DingTalk plugin; \`openclaw doctor --fix\` moves them to channels.${CHANNEL_ID}, \`npx dingtalk-doctor migrate\` shows how.`,
    match: (_value: unknown, root: ConfigRecord) => touches(root, channel),
  })),
  {
    path: ["channels", CHANNEL_ID],
    message:
      "has settings under names of another DingTalk plugin; `openclaw doctor --fix` renames them, `npx dingtalk-doctor migrate` shows how.",
    match: (_value, root) => touches(root, CHANNEL_ID),
  },
];

/** Moves and renames them. Changes nothing a second time. */
export const normalizeCompatibilityConfig: NonNullable<Doctor["normalizeCompatibilityConfig"]> = ({
  cfg,
}) => {
  const { next, changes, warnings } = planHostRepair({ ...cfg });
  if (changes.length === 0) return { config: cfg, changes: [] };
  return {
    config: { ...cfg, ...next } satisfies OpenClawConfig,
    changes: changes.map(
      ({ path, from, to, why }) =>
        `${path}: ${[from, to].map((value) => value ?? "nothing").join(" → ")} (${why})`,
    ),
    warnings: warnings.map(({ path, message }) => `${path}: ${message}`),
  };
};
