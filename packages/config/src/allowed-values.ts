/** A JSON schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

/** The schema of what lies at `path` inside a value of `schema`. Array positions and map keys count as one step. */
export function schemaAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const properties = schema["properties"];
  const next =
    (isSchema(properties) ? properties[step] : undefined) ??
    schema["items"] ??
    schema["additionalProperties"];
  return isSchema(next) ? schemaAt(next, rest) : {};
}

/** What a schema allows, in words: `"markdown" or "card"`, `a whole number from 1 to 1000`. */
export function describeAllowed(schema: JsonSchema): string {
  const { allowed, enum: choices, anyOf, type, minimum, maximum, items, format } = schema;
  if (typeof allowed === "string") return allowed;
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(" or ");
  if (Array.isArray(anyOf)) return anyOf.filter(isSchema).map(describeAllowed).join(" or ");
  switch (type) {
    case "integer":
    case "number": {
      const noun = type === "integer" ? "a whole number" : "a number";
      const bounded =
        typeof minimum === "number" && typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER;
      return bounded ? `${noun} from ${minimum} to ${maximum}` : noun;
    }
    case "boolean":
      return "true or false";
    case "array":
      return isSchema(items) ? `a list of ${describeAllowed(items)}` : "a list";
    case "object":
      return "an object";
    case "string":
      return format === "uri" ? "a URL" : "text";
    default:
      return "another kind of value";
  }
}
