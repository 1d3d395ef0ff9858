import { readAccountKeys } from "./account-keys.ts";
import type { AccountSettings } from "./account-settings.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { findContradictions } from "./contradictions.ts";
import type { Expanded } from "./expand-variables.ts";
import type { Locate } from "./merge-layers.ts";
import { misfit, misfitAt } from "./misfit.ts";
import { moveMisplacedGroups } from "./misplaced-groups.ts";
import { asSection, valueAt, withValue } from "./section.ts";
import type { Section } from "./section.ts";

export interface ReadValues {
  readonly settings: AccountSettings | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** Keys that people write as bare numbers, where a file format lets them. */
const TEXT_KEYS = ["clientId", "robotCode", "corpId"];

/** Makes settings of what was written, once it is merged and its variables are filled in. */
export function readValues({ value, missing }: Expanded, locate: Locate): ReadValues {
  const at = (path: readonly string[]): string => locate(path).at;
  const unset = missing.map(({ path, name }) =>
    misfit(
      at(path),
      `found \${${name}}, which the environment does not have; set it, or write the value itself`,
    ),
  );
  const texts = numbersAsText(asSection(value), at);
  const groups = groupsAmongPeople(texts.values, at);
  const problems = [...unset, ...texts.problems, ...groups.problems];
  const read = readAccountKeys(groups.values);
  if (!read.ok) {
    const misfits = read.misfits.map((path) => misfitAt(path, locate(path), valueAt(groups.values, path)));
    return { settings: undefined, problems: [...problems, ...misfits] };
  }
  return { settings: read.settings, problems: [...problems, ...findContradictions(read.settings, at)] };
}

interface Adjusted {
  readonly values: Section;
  readonly problems: readonly ConfigProblem[];
}

function numbersAsText(values: Section, at: (path: readonly string[]) => string): Adjusted {
  const numeric = TEXT_KEYS.filter((key) => typeof values[key] === "number");
  const message = "found a number; read as text, put it in quotes";
  return {
    values: numeric.reduce((result, key) => withValue(result, [key], String(values[key])), values),
    problems: numeric.map((key) => ({ severity: "warning", kind: "spelling", path: at([key]), message })),
  };
}

function groupsAmongPeople(values: Section, at: (path: readonly string[]) => string): Adjusted {
  const { values: adjusted, moved, openToEverybody } = moveMisplacedGroups(values);
  if (moved.length === 0) return { values: adjusted, problems: [] };
  const found = moved.length === 1 ? "a group (cid…)" : `${moved.length} groups (cid…)`;
  const everybody = moved.length === 1 ? "everybody in it" : "everybody in them";
  const who = openToEverybody ? everybody : "the people of this list";
  const message = `found ${found} among people: read as listed under groups, for ${who}, and opens no other group; write it there`;
  const path = at(["groupAllowFrom"]);
  return { values: adjusted, problems: [{ severity: "warning", kind: "spelling", path, message }] };
}
