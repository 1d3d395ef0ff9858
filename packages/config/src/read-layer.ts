import { isDeepStrictEqual } from "node:util";

import { ACCOUNT_KEYS } from "./account-keys.ts";
import type { ConfigProblem, ProblemKind } from "./config-problem.ts";
import { readListsApart } from "./misplaced-groups.ts";
import { isSection, valueAt, withValue } from "./section.ts";
import type { Section } from "./section.ts";
import { GROUP_SPELLINGS, ourWord, SPELLINGS, wordFor, WORDED_KEYS } from "./spellings.ts";
import type { Spelling } from "./spellings.ts";

/** One place that keys of an account come from, in our spelling. */
export interface Layer {
  /** Where it stands in the file; empty for the environment. */
  readonly path: string;
  readonly values: Section;
  /** How the user wrote a key that is now called otherwise, by our dotted name. */
  readonly written: ReadonlyMap<string, WrittenAs>;
  readonly problems: readonly ConfigProblem[];
}

export interface WrittenAs {
  /** `app_key`, `group_routing.default_agent`. */
  readonly name: string;
  /** What may stand there, in words, when the value does not fit. */
  readonly allowed?: string | undefined;
}

/** Reads a section that the user wrote, other spellings included. Keys that are not an account's are left out. */
export function readLayer(path: string, section: Section): Layer {
  const own = ACCOUNT_KEYS.flatMap((name): [string, unknown][] => {
    const value = valueAt(section, [name]);
    return value === undefined ? [] : [[name, value]];
  });
  const problems: ConfigProblem[] = [];
  const written = new Map<string, WrittenAs>();
  const apart = readListsApart(section);
  const lists = apart === undefined ? {} : { groupAllowFrom: apart.people, groups: apart.groups };
  const values = respell({ ...Object.fromEntries(own), ...lists }, section, {
    spellings: SPELLINGS,
    path,
    written,
    problems,
  });
  return {
    path,
    values: withGroups(withOurWords(values, path, problems), path, problems),
    written,
    problems,
  };
}

interface Respelling {
  readonly spellings: readonly Spelling[];
  readonly path: string;
  readonly written: Map<string, WrittenAs>;
  readonly problems: ConfigProblem[];
}

/** `values` with what `section` says in other spellings. */
function respell(
  values: Section,
  section: Section,
  { spellings, path, written, problems }: Respelling,
): Section {
  let result = values;
  for (const { from, to, translate, hostKey } of spellings) {
    const value = valueAt(section, from);
    if (value === undefined) continue;
    const name = from.join(".");
    const key = to.join(".");
    const warn = (kind: ProblemKind, message: string): void => {
      problems.push({ severity: "warning", kind, path: `${path}.${name}`, message });
    };
    if (hostKey) {
      warn("retired", `has no effect: OpenClaw reads ${key} instead`);
      continue;
    }
    const said = translate(value, section);
    if ("nothing" in said) continue;
    if ("ignored" in said) {
      warn("spelling", said.ignored);
      continue;
    }
    const [meant, allowed] = "allowed" in said ? [value, said.allowed] : [said.value, undefined];
    const other = valueAt(result, to);
    if (other === undefined) {
      result = withValue(result, to, meant);
      written.set(key, { name, allowed });
    } else if (!isDeepStrictEqual(ourWord(key, other), ourWord(key, meant))) {
      const winner = written.get(key)?.name ?? key;
      warn(
        "spelling",
        `says something else than ${winner}, which means the same; ${winner} wins, remove one of the two`,
      );
    }
  }
  return result;
}

/** Other plugins' words for a choice, in ours. */
function withOurWords(values: Section, path: string, problems: ConfigProblem[]): Section {
  let result = values;
  for (const key of WORDED_KEYS) {
    const value = result[key];
    const word = wordFor(key, value);
    if (word === undefined) continue;
    result = withValue(result, [key], word.value);
    if (!word.exact) {
      problems.push({
        severity: "warning",
        kind: "spelling",
        path: `${path}.${key}`,
        message: `found ${JSON.stringify(value)}, read as ${JSON.stringify(word.value)}`,
      });
    }
  }
  return result;
}

function withGroups(values: Section, path: string, problems: ConfigProblem[]): Section {
  const { groups } = values;
  if (!isSection(groups)) return values;
  const entries = Object.entries(groups).map(([id, entry]): [string, unknown] => {
    if (!isSection(entry)) return [id, entry];
    const where = `${path}.groups.${id}`;
    const respelled = respell(entry, entry, {
      spellings: GROUP_SPELLINGS,
      path: where,
      written: new Map(),
      problems,
    });
    return [id, withOurWords(respelled, where, problems)];
  });
  return { ...values, groups: Object.fromEntries(entries) };
}
