import type { MigrationPlan } from "./migration-plan.ts";

/**
 * Reads a host's whole config file and plans how the DingTalk settings in it are written with this project's names.
 *
 * Pure, and never throws. Lossless: what has no equivalent stays where it is, with a warning. No text of the plan but
 * `next` holds a secret.
 *
 * @param config the parsed file: `openclaw.json`, or `config.json` of older hosts.
 */
export function planMigration(config: unknown): MigrationPlan {
  return { next: { ...Object(config) }, changes: [], warnings: [], sources: [] };
}
