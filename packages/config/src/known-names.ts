import { HOST_GROUP_KEYS, HOST_KEYS } from "./host-keys.ts";
import { describeAccountKeys } from "./key-tree.ts";
import type { AccountKey } from "./key-tree.ts";
import { RETIRED_KEYS } from "./retired-keys.ts";
import { GROUP_SPELLINGS, SPELLINGS } from "./spellings.ts";

/** The names that somebody reads in a section; below some of them, those inside of it. */
export interface KnownNames {
  /** `undefined`: whatever stands below is not looked at. */
  readonly names: ReadonlyMap<string, KnownNames | undefined>;
  /** Set where the user chooses the names, such as in `groups`: what is known inside of each. */
  readonly each?: KnownNames | undefined;
  /** Names to suggest for a wrong one, and what they are called here. */
  readonly meant: ReadonlyMap<string, string>;
}

/** Names that the section has beside the account's keys. */
const SECTION_NAMES = ["accounts", "defaultAccount"];

/** How the host puts files together; it may stand in any section. */
export const INCLUDE = "$include";

/** Keys that the surrounding program reads besides ours and those of OpenClaw. */
export interface AlsoKnown {
  readonly account?: readonly string[] | undefined;
  readonly group?: readonly string[] | undefined;
}

/** What is known in the section (`accounts` included) or, with `inAccount`, in one entry of `accounts`. */
export function knownNames(alsoKnown: AlsoKnown, inAccount: boolean): KnownNames {
  const fields = describeAccountKeys();
  const dotted = [
    ...SPELLINGS.map(({ from }) => from),
    ...Object.keys(RETIRED_KEYS).map((key) => key.split(".")),
  ];
  const own = fields.map((key): [string, KnownNames | undefined] => [
    key.name,
    below(key, alsoKnown, dotted),
  ]);
  const others = [
    ...HOST_KEYS.map(({ name }) => name),
    ...(alsoKnown.account ?? []),
    ...(inAccount ? [] : SECTION_NAMES),
  ];
  const containers = dotted
    .filter(([head = "", ...rest]) => rest.length > 0 && !fields.some(({ name }) => name === head))
    .map(([head = ""]): [string, KnownNames] => [head, inside(head, dotted)]);
  return {
    names: new Map([
      ...dotted.flatMap((path) =>
        path.length === 1 && path[0] !== undefined ? [[path[0], undefined] as const] : [],
      ),
      ...others.map((name) => [name, undefined] as const),
      ...containers,
      ...own,
    ]),
    meant: new Map([
      ...SPELLINGS.flatMap(({ from: [head = "", ...rest], to }) =>
        rest.length === 0 ? [[head, to.join(".")] as const] : [],
      ),
      ...[...others, ...fields.map(({ name }) => name)].map((name) => [name, name] as const),
    ]),
  };
}

function below(
  key: AccountKey,
  alsoKnown: AlsoKnown,
  dotted: readonly (readonly string[])[],
): KnownNames | undefined {
  if (key.fields.length === 0) return undefined;
  const names = new Map(key.fields.map((field) => [field.name, below(field, alsoKnown, [])] as const));
  const extra = dotted.flatMap(([head, name, ...more]) =>
    head === key.name && name !== undefined && more.length === 0 ? [[name, undefined] as const] : [],
  );
  const meant = new Map(key.fields.map(({ name }) => [name, name] as const));
  if (key.name !== "groups") return { names: new Map([...names, ...extra]), meant };
  const others = [
    ...GROUP_SPELLINGS.map(({ from }) => from.join(".")),
    ...HOST_GROUP_KEYS.map(({ name }) => name),
    ...(alsoKnown.group ?? []),
  ].map((name) => [name, undefined] as const);
  return { names: new Map(), meant: new Map(), each: { names: new Map([...names, ...others]), meant } };
}

/** What is known inside of a section of another plugin, such as `group_routing`. */
function inside(head: string, dotted: readonly (readonly string[])[]): KnownNames {
  const names = dotted.flatMap(([first, name]) => (first === head && name !== undefined ? [name] : []));
  return {
    names: new Map(names.map((name) => [name, undefined] as const)),
    meant: new Map(names.map((name) => [name, name] as const)),
  };
}
