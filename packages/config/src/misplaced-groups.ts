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
