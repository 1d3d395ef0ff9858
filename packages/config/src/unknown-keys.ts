import { ACCOUNT_KEYS } from "./account-keys.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const SECTION_KEYS = ["accounts", "defaultAccount"];

/**
 * Paths of the keys that nobody reads, below `path`. They do no harm: say so in one line and go on.
 *
 * @param alsoKnown - keys that the surrounding program reads for every account.
 */
export function findUnknownKeys(
  path: string,
  section: unknown,
  alsoKnown: readonly string[] = [],
): readonly string[] {
  if (!isRecord(section)) return [];
  const known = new Set([...ACCOUNT_KEYS, ...alsoKnown]);
  const unknownIn = (
    where: string,
    keys: readonly string[],
    more: readonly string[] = [],
  ): readonly string[] =>
    keys.filter((key) => !known.has(key) && !more.includes(key)).map((key) => `${where}.${key}`);
  const accounts = isRecord(section["accounts"]) ? section["accounts"] : {};
  return [
    ...unknownIn(path, Object.keys(section), SECTION_KEYS),
    ...Object.entries(accounts).flatMap(([id, account]) =>
      isRecord(account) ? unknownIn(`${path}.accounts.${id}`, Object.keys(account)) : [],
    ),
  ];
}
