import { isDeepStrictEqual } from "node:util";

import { readListsApart } from "../misplaced-groups.ts";
import { asSection, isSection } from "../section.ts";
import { GROUP_SPELLINGS, ourWord, SPELLINGS, wordFor, WORDED_KEYS } from "../spellings.ts";
import type { Spelling } from "../spellings.ts";
import type { Draft, Path } from "./draft.ts";

/** Writes a section or an account, and its groups, with our names. What says nothing that we have stays. */
export function respellSection(draft: Draft, path: Path): void {
  takeListsApart(draft, path);
  respellKeys(draft, path, SPELLINGS);
  respellValues(draft, path);
  for (const [id, entry] of Object.entries(asSection(draft.get([...path, "groups"])))) {
    if (!isSection(entry)) continue;
    respellKeys(draft, [...path, "groups", id], GROUP_SPELLINGS);
    respellValues(draft, [...path, "groups", id]);
  }
}

/** Groups in one list and people in another: both have a place of their own here. */
function takeListsApart(draft: Draft, path: Path): void {
  const apart = readListsApart(asSection(draft.get(path)));
  if (apart === undefined) return;
  const why = "groupAllowFrom names people; groups stand under groups";
  draft.set([...path, "groups"], apart.groups, why);
  draft.set([...path, "groupAllowFrom"], apart.people, `${why}; the people were in groupSenderAllowFrom`);
  draft.remove([...path, "groupSenderAllowFrom"], "is called groupAllowFrom here");
}

function respellKeys(draft: Draft, path: Path, spellings: readonly Spelling[]): void {
  for (const { from, to, translate } of spellings) {
    const value = draft.get([...path, ...from]);
    if (value === undefined) continue;
    const said = translate(value, asSection(draft.get(path)));
    const where = [...path, ...from];
    const ours = to.join(".");
    if ("ignored" in said) draft.warn(where, said.ignored);
    else if ("allowed" in said) draft.warn(where, `cannot be read as ${ours}; allowed: ${said.allowed}`);
    else if ("value" in said) rename(draft, { where, to: [...path, ...to], ours, value: said.value });
  }
}

interface Renaming {
  readonly where: Path;
  readonly to: Path;
  readonly ours: string;
  readonly value: unknown;
}

function rename(draft: Draft, { where, to, ours, value }: Renaming): void {
  const other = draft.get(to);
  if (other !== undefined && !isDeepStrictEqual(ourWord(ours, other), ourWord(ours, value))) {
    draft.warn(
      where,
      `says something else than ${ours}, which means the same and wins. Remove one of the two`,
    );
    return;
  }
  // A section of theirs may stand in the way of a key of ours.
  if (other === undefined && to.slice(0, -1).some((_, index) => isBlocked(draft, to.slice(0, index + 1)))) {
    draft.warn(where, `cannot be written as ${ours}: something else stands there`);
    return;
  }
  draft.remove(where, `is called ${ours} here`);
  if (other === undefined) draft.set(to, value, `was written as ${where.join(".")}`);
}

function isBlocked(draft: Draft, path: Path): boolean {
  const value = draft.get(path);
  return value !== undefined && !isSection(value);
}

function respellValues(draft: Draft, path: Path): void {
  for (const key of WORDED_KEYS) {
    const value = draft.get([...path, key]);
    const word = wordFor(key, value);
    if (word === undefined) continue;
    if (word.exact)
      draft.set(
        [...path, key],
        word.value,
        `${JSON.stringify(value)} is called ${JSON.stringify(word.value)} here`,
      );
    else draft.warn([...path, key], `is read as ${JSON.stringify(word.value)}`);
  }
}
