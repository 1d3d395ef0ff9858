/** A JSON object from the wire. Nothing about its keys is promised. */
export type WireRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is WireRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What JSON text stands for, or `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object, or the object that JSON text stands for: DingTalk sends many fields in either form. */
export function asRecord(value: unknown): WireRecord | undefined {
  if (isRecord(value)) return value;
  // The brace is looked for first so that ordinary text never costs an exception.
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return undefined;
  const parsed = parseJson(value);
  return isRecord(parsed) ? parsed : undefined;
}

/** An array, or the array that JSON text stands for. */
export function asArray(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "string" || !value.trimStart().startsWith("[")) return undefined;
  const parsed = parseJson(value);
  return Array.isArray(parsed) ? parsed : undefined;
}

// The readers take a value, not a record and a key: a key that stands in the source is looked up at a known place,
// one that arrives in a variable is searched for. A message has some twenty-five fields.

/** Text worth having. Numbers become text; an empty string counts as absent. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

/** A string, be it empty. */
export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A finite number, or text that says one. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const number = Number(value);
  if (number === 0 && value.trim() === "") return undefined;
  return Number.isFinite(number) ? number : undefined;
}

/** A boolean, or text that says one. */
export function asFlag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}
