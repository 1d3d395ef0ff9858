import { accountJsonSchema } from "./account-keys.ts";
import { describeAllowed, schemaAt } from "./allowed-values.ts";
import type { JsonSchema } from "./allowed-values.ts";
import { isSection } from "./section.ts";

/** What is known about one key, for forms and documents. */
export interface AccountKey {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** Its value must not be shown. */
  readonly sensitive: boolean;
  /** Few people need it. */
  readonly advanced: boolean;
  /** Understood, but without effect in this version. */
  readonly notYet: boolean;
  /** Whether set-up asks for it. */
  readonly setup: boolean;
  /** What its value may be, in words. */
  readonly allowed: string;
  /** JSON schema of a value that is right. */
  readonly schema: JsonSchema;
  /** Keys inside of its value; of each entry, when `schema` describes a map. */
  readonly fields: readonly AccountKey[];
}

let wholeSchema: JsonSchema | undefined;
let described: readonly AccountKey[] | undefined;

const accountSchema = (): JsonSchema => (wholeSchema ??= accountJsonSchema());

/** @returns the keys in the order in which people should meet them. */
export function describeAccountKeys(): readonly AccountKey[] {
  described ??= fieldsOf(accountSchema());
  return described;
}

/** What may stand at `path` in an account, in words. */
export function allowedAt(path: readonly string[]): string {
  return describeAllowed(schemaAt(accountSchema(), path));
}

/** Whether what stands at `path` must not be shown. */
export function isSensitive(path: readonly string[]): boolean {
  return keysAlong(path).some(({ sensitive }) => sensitive);
}

function fieldsOf(schema: JsonSchema): readonly AccountKey[] {
  const { properties, additionalProperties } = schema;
  if (isSection(properties) && schema["allowed"] === undefined) {
    return Object.entries(properties).flatMap(([name, field]) =>
      isSection(field) ? [toKey(name, field)] : [],
    );
  }
  return isSection(additionalProperties) ? fieldsOf(additionalProperties) : [];
}

function toKey(name: string, schema: JsonSchema): AccountKey {
  return {
    name,
    label: String(schema["label"]),
    help: String(schema["help"]),
    sensitive: schema["sensitive"] === true,
    advanced: schema["advanced"] === true,
    notYet: schema["notYet"] === true,
    setup: schema["setup"] === true,
    allowed: describeAllowed(schema),
    schema: plainSchema(schema),
    fields: fieldsOf(schema),
  };
}

/** Without our own notes, which are no words of JSON schema. */
function plainSchema(schema: JsonSchema): JsonSchema {
  const {
    label: _label,
    help: _help,
    sensitive: _sensitive,
    advanced: _advanced,
    notYet: _notYet,
    setup: _setup,
    allowed: _allowed,
    ...rest
  } = schema;
  const entries = Object.entries(rest).map(([word, value]): [string, unknown] => {
    if (word === "properties" && isSection(value)) {
      return [
        word,
        Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainItem(inner)])),
      ];
    }
    if (Array.isArray(value)) return [word, value.map(plainItem)];
    return [word, word === "default" ? value : plainItem(value)];
  });
  return Object.fromEntries(entries);
}

const plainItem = (value: unknown): unknown => (isSection(value) ? plainSchema(value) : value);

/** The keys from the account's own down to the one at `path`; steps into lists and maps have none. */
function keysAlong(path: readonly string[]): readonly AccountKey[] {
  const found: AccountKey[] = [];
  let fields = describeAccountKeys();
  for (const step of path) {
    const key = fields.find(({ name }) => name === step);
    if (key === undefined) continue;
    found.push(key);
    fields = key.fields;
  }
  return found;
}
