import { isDeepStrictEqual } from "node:util";

import type { ConfigProblem } from "./config-problem.ts";
import { describeAccountKeys } from "./key-tree.ts";
import type { AccountKey } from "./key-tree.ts";
import { RETIRED_KEYS } from "./retired-keys.ts";
import { asSection, isSection, valueAt } from "./section.ts";
import type { Section } from "./section.ts";

/** One warning for each key of other plugins that does nothing here, with what does instead. */
export function findRetiredKeys(path: string, section: Section): readonly ConfigProblem[] {
  const written = Object.entries(RETIRED_KEYS).filter(
    ([key]) => valueAt(section, key.split(".")) !== undefined,
  );
  return written.map(([key, instead]) => ({
    severity: "warning",
    kind: "retired",
    path: `${path}.${key}`,
    message: `has no effect: ${instead}`,
  }));
}

/** One warning for each key whose value would matter if this version knew what to do with it. */
export function findKeysWithoutEffect(
  values: Section,
  at: (path: readonly string[]) => string,
): readonly ConfigProblem[] {
  const message = "is understood, but has no effect in this version";
  return effectless(describeAccountKeys(), values).map((path) => ({
    severity: "warning",
    kind: "not-yet",
    path: at(path),
    message,
  }));
}

function effectless(keys: readonly AccountKey[], values: Section): readonly (readonly string[])[] {
  return keys.flatMap((key) => {
    const value = valueAt(values, [key.name]);
    if (value === undefined) return [];
    if (key.notYet) return saysMore(key, value) ? [[key.name]] : [];
    return entriesBelow(key, value).flatMap(([steps, inner]) =>
      effectless(key.fields, inner).map((path) => [key.name, ...steps, ...path]),
    );
  });
}

/** The sections that a key's fields are in: its value, or each entry of the map that it is. */
function entriesBelow(key: AccountKey, value: unknown): readonly (readonly [readonly string[], Section])[] {
  if (key.fields.length === 0 || !isSection(value)) return [];
  if (key.schema["properties"] !== undefined) return [[[], value]];
  return Object.entries(value).map(([id, entry]) => [[id], asSection(entry)] as const);
}

/** Whether a value says more than what holds without it. */
function saysMore(key: AccountKey, value: unknown): boolean {
  if (key.fields.length > 0 && isSection(value)) {
    return key.fields.some((field) => {
      const inner = valueAt(value, [field.name]);
      return inner !== undefined && saysMore(field, inner);
    });
  }
  return !isDeepStrictEqual(value, key.schema["default"]);
}
