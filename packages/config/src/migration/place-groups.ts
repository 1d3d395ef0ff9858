import { moveMisplacedGroups, namedGroup } from "../misplaced-groups.ts";
import { asSection, isSection, valueAt } from "../section.ts";
import type { Draft, Path } from "./draft.ts";

const WHY = "groupAllowFrom names people; groups stand under groups";

/** Writes groups that stand among people under `groups`, for the section at `path` and each of its accounts. */
export function placeGroups(draft: Draft, path: Path): void {
  for (const place of [path, ...accountsOf(draft, path)]) {
    placeGroupAllowFrom(draft, place, path);
    placeAllowFrom(draft, place, path);
  }
}

/** Paths of the accounts below a section. */
export function accountsOf(draft: Draft, path: Path): readonly Path[] {
  const accounts = Object.entries(asSection(draft.get([...path, "accounts"])));
  return accounts.flatMap(([id, account]) => (isSection(account) ? [[...path, "accounts", id]] : []));
}

/**
 * Whether others would read another list of groups or people than before if this place changed. Then it is left as it
 * is, which is read the same.
 */
export function isEntangled(draft: Draft, place: Path, section: Path, keys: readonly string[]): boolean {
  const has = (where: Path): boolean => keys.some((key) => draft.get([...where, key]) !== undefined);
  return place === section ? accountsOf(draft, section).some(has) : has(section);
}

function placeGroupAllowFrom(draft: Draft, place: Path, section: Path): void {
  const values = asSection(draft.get(place));
  const { values: adjusted, moved } = moveMisplacedGroups(values);
  if (moved.length === 0) return;
  if (isEntangled(draft, place, section, ["groups", "groupAllowFrom"])) {
    draft.warn(
      [...place, "groupAllowFrom"],
      "names groups (cid…), which are read as listed under groups. Write them there by hand: other accounts share these lists",
    );
    return;
  }
  draft.set([...place, "groupAllowFrom"], adjusted["groupAllowFrom"], WHY);
  for (const id of new Set(moved)) {
    draft.set([...place, "groups", id], valueAt(adjusted, ["groups", id]), WHY);
  }
}

/** Another plugin let groups in that stand in `allowFrom`, when only listed groups were let in. */
function placeAllowFrom(draft: Draft, place: Path, section: Path): void {
  const { allowFrom, groupPolicy, groups } = asSection(draft.get(place));
  const entries: readonly unknown[] = Array.isArray(allowFrom) ? allowFrom : [];
  const listed = entries.flatMap((entry) => namedGroup(entry) ?? []);
  if (listed.length === 0) return;
  const readable = groups === undefined || isSection(groups);
  const entangled = isEntangled(draft, place, section, [
    "groups",
    "groupAllowFrom",
    "groupPolicy",
    "allowFrom",
  ]);
  if (groupPolicy !== "allowlist" || !readable || entangled) {
    draft.warn([...place, "allowFrom"], "names groups (cid…), which opens nothing. Put them under groups");
    return;
  }
  const why = "allowFrom names people; groups stand under groups";
  draft.set(
    [...place, "allowFrom"],
    entries.filter((entry) => namedGroup(entry) === undefined),
    why,
  );
  for (const id of new Set(listed)) {
    if (valueAt(groups, [id]) === undefined) draft.set([...place, "groups", id], {}, why);
  }
}
