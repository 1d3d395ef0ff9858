import { describeAccountKeys } from "./account-keys.ts";
import type { JsonSchema } from "./allowed-values.ts";

/**
 * A JSON schema for the whole section that names every key but refuses nothing: a host that validates before loading
 * us would not start at all because of one wrong value, with every other channel. {@link resolveAccount} refuses
 * instead, account by account. Each key's first alternative is the schema of a right value, for forms.
 */
export function lenientSectionSchema(): JsonSchema {
  const properties = Object.fromEntries(
    describeAccountKeys().map(({ name, label, help, schema }) => {
      const { default: _default, ...right } = schema;
      return [name, { title: label, description: help, anyOf: [right, {}] }];
    }),
  );
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
        additionalProperties: { type: "object", properties },
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

/** Form hints by path, for the section and for each named account. */
export function keyHints(): Readonly<Record<string, KeyHint>> {
  const hints = describeAccountKeys().map(({ name, label, help, sensitive, advanced }): [string, KeyHint] => [
    name,
    { label, help, ...(sensitive && { sensitive }), ...(advanced && { advanced }) },
  ]);
  return Object.fromEntries([...hints, ...hints.map(([name, hint]) => [`accounts.*.${name}`, hint])]);
}
