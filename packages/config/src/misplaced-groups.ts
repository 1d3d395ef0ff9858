import { asSection, isSection, valueAt } from "./section.ts";
import type { Section } from "./section.ts";

/** Group ids (`cid…`), with or without what people write before them. */
const PREFIXED_GROUP = /^(?:(?:dingtalk|ddingtalk|ding|dd):)?(?:group|chat):(\S+)$/i;
const GROUP_ID = /^(?:(?:dingtalk|ddingtalk|ding|dd):)?(cid\S{8,})$/;

/** The id of the group that an entry of a list of people names; `undefined` when it names a person. */
export function namedGroup(entry: unknown): string | undefined {
  if (typeof entry !== "string") return undefined;
  const text = entry.trim();
  return PREFIXED_GROUP.exec(text)?.[1] ?? GROUP_ID.exec(text)?.[1];
}

export interface GroupsMoved {
  readonly values: Section;
  readonly moved: readonly string[];
  /** Whether everybody in these groups may use the robot: the list named no people. */
  readonly openToEverybody: boolean;
}

/**
 * Moves groups that stand in `groupAllowFrom`, a list of people, to `groups`. What is listed nowhere stays closed: the
 * people who are left hold for the moved groups, too, and a list of groups alone opens these groups and lets nobody
 * into others.
 */
export function moveMisplacedGroups(values: Section): GroupsMoved {
  const { groupAllowFrom } = values;
  const entries: readonly unknown[] = Array.isArray(groupAllowFrom) ? groupAllowFrom : [];
  const moved = entries.flatMap((entry) => namedGroup(entry) ?? []);
  const people = entries.filter((entry) => namedGroup(entry) === undefined);
  const openToEverybody = people.length === 0;
  const readable = values["groups"] === undefined || isSection(values["groups"]);
  if (moved.length === 0 || !readable) return { values, moved: [], openToEverybody };
  const listed = asSection(values["groups"]);
  const added = moved.map((id): [string, unknown] => {
    const entry = valueAt(listed, [id]) ?? {};
    return [id, openToEverybody && isSection(entry) ? { allowFrom: ["*"], ...entry } : entry];
  });
  const groups = Object.fromEntries([...Object.entries(listed), ...added]);
  return { values: { ...values, groupAllowFrom: people, groups }, moved, openToEverybody };
}

/** Two lists of another plugin, in our terms: groups in `groupAllowFrom`, the people in them in `groupSenderAllowFrom`. */
export interface ListsApart {
  readonly people: readonly unknown[];
  /** By id, with the people who may use the robot there. */
  readonly groups: Section;
}

/** @returns undefined when a section does not have both, or when its `groupAllowFrom` names people. */
export function readListsApart(section: Section): ListsApart | undefined {
  const { groupAllowFrom, groupSenderAllowFrom: people, groups } = section;
  if (!Array.isArray(groupAllowFrom) || !Array.isArray(people) || groupAllowFrom.length === 0)
    return undefined;
  if (groups !== undefined && !isSection(groups)) return undefined;
  const ids = groupAllowFrom.flatMap((entry: unknown) => namedGroup(entry) ?? []);
  if (ids.length < groupAllowFrom.length) return undefined;
  const entries = ids.map((id): [string, unknown] => {
    const entry = valueAt(groups, [id]) ?? {};
    return [id, isSection(entry) ? { allowFrom: people, ...entry } : entry];
  });
  return { people, groups: Object.fromEntries([...Object.entries(asSection(groups)), ...entries]) };
}
