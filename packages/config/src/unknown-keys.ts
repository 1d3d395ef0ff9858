import { ACCOUNT_KEYS, GROUP_KEYS } from "./account-keys.ts";

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const SECTION_KEYS = ["accounts", "defaultAccount"];

/** Keys that the surrounding program reads besides ours. */
export interface AlsoKnown {
  readonly account?: readonly string[] | undefined;
  readonly group?: readonly string[] | undefined;
}

/** Paths of the keys that nobody reads, below `path`. They do no harm: say so in one line and go on. */
export function findUnknownKeys(
  path: string,
  section: unknown,
  alsoKnown: AlsoKnown = {},
): readonly string[] {
  if (!isSection(section)) return [];
  const accountKeys = [...ACCOUNT_KEYS, ...(alsoKnown.account ?? [])];
  const groupKeys = [...GROUP_KEYS, ...(alsoKnown.group ?? [])];
  const inGroups = (where: string, { groups }: Section): readonly string[] =>
    entriesOf(groups).flatMap(([id, group]) => unknownIn(`${where}.groups.${id}`, group, groupKeys));
  return [
    ...unknownIn(path, section, [...accountKeys, ...SECTION_KEYS]),
    ...inGroups(path, section),
    ...entriesOf(section["accounts"]).flatMap(([id, account]) => {
      const where = `${path}.accounts.${id}`;
      return [...unknownIn(where, account, accountKeys), ...inGroups(where, account)];
    }),
  ];
}

function entriesOf(value: unknown): readonly (readonly [string, Section])[] {
  if (!isSection(value)) return [];
  return Object.entries(value).flatMap(([id, entry]) => (isSection(entry) ? [[id, entry] as const] : []));
}

function unknownIn(where: string, section: Section, known: readonly string[]): readonly string[] {
  return Object.keys(section)
    .filter((key) => !known.includes(key))
    .map((key) => `${where}.${key}`);
}
