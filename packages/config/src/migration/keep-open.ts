import { asSection, isSection } from "../section.ts";
import type { Draft, Path } from "./draft.ts";
import { accountsOf, isEntangled } from "./place-groups.ts";

/**
 * Keeps what `open` meant where the file was written: everybody. Here `dmPolicy: "open"` needs `"*"` in `allowFrom`, and
 * `groupPolicy: "open"` does not ask `groupAllowFrom`.
 */
export function keepOpen(draft: Draft, path: Path): void {
  const places = [path, ...accountsOf(draft, path)];
  const unreadable = places.filter((place) => !isList(draft.get([...place, "allowFrom"])));
  for (const place of unreadable)
    draft.warn([...place, "allowFrom"], "cannot be read; allowed: a list of ids");
  if (unreadable.length === 0) keepDirectOpen(draft, path);
  for (const place of places) keepGroupPeople(draft, place, path);
}

const isList = (value: unknown): boolean => value === undefined || Array.isArray(value);

const entriesAt = (draft: Draft, path: Path): readonly unknown[] | undefined => {
  const value = draft.get(path);
  return Array.isArray(value) ? value : undefined;
};

function keepDirectOpen(draft: Draft, path: Path): void {
  const root = asSection(draft.get(path));
  const atTop = entriesAt(draft, [...path, "allowFrom"]) ?? [];
  const opensTop = root["dmPolicy"] === "open" && !atTop.includes("*");
  for (const account of accountsOf(draft, path)) {
    const { dmPolicy = root["dmPolicy"], allowFrom } = asSection(draft.get(account));
    const own = entriesAt(draft, [...account, "allowFrom"]);
    if (dmPolicy === "open") {
      const entries = own ?? atTop;
      const inherits = own === undefined && opensTop;
      if (!entries.includes("*") && !inherits) letEverybodyIn(draft, account, entries);
    } else if (opensTop && allowFrom === undefined) {
      draft.set(
        [...account, "allowFrom"],
        atTop,
        `keeps this account as closed as its dmPolicy has it, now that the list at the top has "*"`,
      );
    }
  }
  if (opensTop) letEverybodyIn(draft, path, atTop);
}

function letEverybodyIn(draft: Draft, place: Path, entries: readonly unknown[]): void {
  const why = 'dmPolicy "open" lets everybody in where it was written; here it also needs "*"';
  draft.set([...place, "allowFrom"], [...entries, "*"], why);
  draft.warn([...place, "dmPolicy"], 'is "open": everybody may write to the robot. Consider "pairing"');
}

/** Another plugin let only these people in, whatever the group. */
function keepGroupPeople(draft: Draft, place: Path, section: Path): void {
  const { groupPolicy, groups } = asSection(draft.get(place));
  const people = entriesAt(draft, [...place, "groupAllowFrom"]) ?? [];
  if (groupPolicy !== "open" || people.length === 0 || people.includes("*")) return;
  if (isEntangled(draft, place, section, ["groups", "groupAllowFrom", "groupPolicy"])) {
    draft.warn(
      [...place, "groupAllowFrom"],
      'is not asked, because groupPolicy is "open". Set it to "allowlist" for these people only',
    );
    return;
  }
  const why =
    'groupPolicy "open" does not ask groupAllowFrom; "allowlist" lets these people in, and no others';
  draft.set([...place, "groupPolicy"], "allowlist", why);
  if (isSection(groups) && groups["*"] === undefined) {
    draft.set([...place, "groups", "*"], {}, "keeps all groups open to these people");
  }
}
