import { describeAccountKeys } from "./key-tree.ts";
import type { AccountKey } from "./key-tree.ts";
import type { JsonSchema } from "./allowed-values.ts";

/** Said of keys that are understood but do nothing yet. */
const NOT_YET = "Has no effect in this version.";

/**
 * A JSON schema for the whole section that names every key but refuses nothing: a host that validates before loading
 * us would not start at all because of one wrong value, with every other channel. {@link resolveAccount} refuses
 * instead, account by account. Each key's first alternative is the schema of a right value, for forms.
 */
export function lenientSectionSchema(): JsonSchema {
  const keys = describeAccountKeys().map(({ name, label, help, notYet, schema }) => {
    const { default: _default, ...right } = schema;
    const words = { title: label, description: notYet ? `${help} ${NOT_YET}` : help };
    return { name, words, value: { anyOf: [right, {}] } };
  });
  const properties = Object.fromEntries(keys.map(({ name, words, value }) => [name, { ...words, ...value }]));
  // The forms of accounts take their words from the hints.
  const ofAccount = Object.fromEntries(keys.map(({ name, value }) => [name, value]));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: {
      ...properties,
      defaultAccount: {
        title: "Default account",
        description: "The account that is meant when none is named.",
      },
      accounts: {
        title: "Accounts",
        description: "More robots, each with keys of its own; what is missing comes from above.",
        type: "object",
        additionalProperties: { type: "object", properties: ofAccount },
      },
    },
  };
}

/** A form hint for one key. */
export interface KeyHint {
  readonly label: string;
  readonly help: string;
  readonly sensitive?: boolean;
  readonly advanced?: boolean;
}

/** Form hints by path, inner keys included, for the section and for each named account. */
export function keyHints(): Readonly<Record<string, KeyHint>> {
  const hints = hintsOf(describeAccountKeys(), "");
  return Object.fromEntries([...hints, ...hints.map(([name, hint]) => [`accounts.*.${name}`, hint])]);
}

function hintsOf(keys: readonly AccountKey[], before: string): readonly (readonly [string, KeyHint])[] {
  return keys.flatMap(({ name, label, help, sensitive, advanced, notYet, schema, fields }) => {
    const path = `${before}${name}`;
    const hint = {
      label,
      help: notYet ? `${help} ${NOT_YET}` : help,
      ...(sensitive && { sensitive }),
      ...(advanced && { advanced }),
    };
    const inner = schema["properties"] === undefined ? `${path}.*.` : `${path}.`;
    return [[path, hint] as const, ...hintsOf(fields, inner)];
  });
}
