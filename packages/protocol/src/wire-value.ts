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

/** The first of the keys that holds text worth having. Numbers become text; an empty string counts as absent. */
export function readString(
  record: WireRecord,
  key: string,
  ...others: readonly string[]
): string | undefined {
  const value = record[key];
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  // Most fields have one name; a loop over all of them would cost each of them.
  for (const other of others) {
    const text = readString(record, other);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first of `keys` that holds a string, be it empty. */
export function readText(record: WireRecord, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** The first of `keys` that holds a finite number, or text that says one. */
export function readNumber(record: WireRecord, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = toNumber(record[key]);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A finite number, or text that says one. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const number = Number(value);
  if (number === 0 && value.trim() === "") return undefined;
  return Number.isFinite(number) ? number : undefined;
}

/** A boolean, or text that says one. */
export function readFlag(record: WireRecord, key: string): boolean | undefined {
  const value = record[key];
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}
