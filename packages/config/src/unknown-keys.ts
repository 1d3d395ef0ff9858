import type { ConfigProblem } from "./config-problem.ts";
import { INCLUDE, knownNames } from "./known-names.ts";
import type { AlsoKnown, KnownNames } from "./known-names.ts";
import { nearestName } from "./nearest-name.ts";
import { asSection, isSection } from "./section.ts";
import type { Section } from "./section.ts";

/** One warning for each key below `path` that nobody reads. They do no harm: say so in one line and go on. */
export function findUnknownKeys(
  path: string,
  section: unknown,
  alsoKnown: AlsoKnown = {},
): readonly ConfigProblem[] {
  if (!isSection(section)) return [];
  const ofAccount = knownNames(alsoKnown, true);
  return [
    ...unknownIn(path, section, knownNames(alsoKnown, false)),
    ...Object.entries(asSection(section["accounts"])).flatMap(([id, account]) =>
      isSection(account) ? unknownIn(`${path}.accounts.${id}`, account, ofAccount) : [],
    ),
  ];
}

function unknownIn(
  path: string,
  section: Section,
  { names, each, meant }: KnownNames,
): readonly ConfigProblem[] {
  return Object.entries(section).flatMap(([key, value]) => {
    const where = `${path}.${key}`;
    if (key === INCLUDE) return [];
    if (each === undefined && !names.has(key)) return [unknown(where, key, meant)];
    const inner = each ?? names.get(key);
    return inner !== undefined && isSection(value) ? unknownIn(where, value, inner) : [];
  });
}

function unknown(path: string, key: string, meant: ReadonlyMap<string, string>): ConfigProblem {
  const near = nearestName(key, [...meant.keys()]);
  const suggestion = near === undefined ? undefined : (meant.get(near) ?? near);
  const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
  const message = `is not known and is ignored${hint}`;
  return { severity: "warning", kind: "unknown", path, message, suggestion };
}
