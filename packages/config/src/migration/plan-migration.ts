import { isDeepStrictEqual } from "node:util";

import { asSection, isSection } from "../section.ts";
import type { Section } from "../section.ts";
import { findUnknownKeys } from "../unknown-keys.ts";
import { findRetiredKeys } from "../without-effect.ts";
import { adoptLegacy } from "./adopt-legacy.ts";
import { describeChanges } from "./describe-changes.ts";
import { createDraft, dotted } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { keepOpen } from "./keep-open.ts";
import type { MigrationPlan } from "./migration-plan.ts";
import { OUR_SECTION } from "./our-section.ts";
import { accountsOf, placeGroups } from "./place-groups.ts";
import { respellSection } from "./respell.ts";
import { warnOfDefaults, writtenFor } from "./written-for.ts";

/** Two are enough for everything seen; the limit is there so that no file can keep us for ever. */
const MAX_PASSES = 8;

/**
 * Reads a host's whole config file and plans how the DingTalk settings in it are written with this project's names.
 *
 * Pure, and never throws. Lossless: what has no equivalent stays where it is, with a warning. No text of the plan but
 * `next` holds a secret. Access stays as it was where the settings were written: `open` stays open to everybody, and
 * nobody else is let in.
 *
 * @param config the parsed file: `openclaw.json`, or `config.json` of older hosts.
 */
export function planMigration(config: unknown): MigrationPlan {
  const original = asSection(config);
  const draft = createDraft(original);
  if (isSection(draft.get(OUR_SECTION)))
    draft.found(OUR_SECTION, writtenFor(asSection(draft.get(OUR_SECTION))));
  adoptLegacy(draft);
  // What one step writes may be what another one reads: again until nothing changes, so that a second run has nothing.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    if (!mendOurs(draft)) break;
  }
  warnOfRest(draft, original);
  return {
    next: draft.config,
    changes: describeChanges(original, draft),
    warnings: draft.warnings,
    sources: draft.sources,
  };
}

/** @returns whether anything changed */
function mendOurs(draft: Draft): boolean {
  if (!isSection(draft.get(OUR_SECTION))) return false;
  const before = draft.config;
  for (const place of [OUR_SECTION, ...accountsOf(draft, OUR_SECTION)]) respellSection(draft, place);
  placeGroups(draft, OUR_SECTION);
  keepOpen(draft, OUR_SECTION);
  return !isDeepStrictEqual(before, draft.config);
}

function warnOfRest(draft: Draft, original: Section): void {
  warnOfDefaults(draft, original);
  const places = [OUR_SECTION, ...accountsOf(draft, OUR_SECTION)];
  const path = dotted(OUR_SECTION);
  const left = [
    ...places.flatMap((place) => findRetiredKeys(dotted(place), asSection(draft.get(place)))),
    ...findUnknownKeys(path, draft.get(OUR_SECTION)),
  ];
  for (const { path: where, message } of left) draft.warn([where], `${message}. It is kept`);
}
