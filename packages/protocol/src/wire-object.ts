import { sampleOf } from "./decode-sample.ts";
import { DecodeError } from "./errors.ts";
import { isRecord, parseJson } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/**
 * The object that `data` is, or that it stands for as JSON text.
 *
 * @throws DecodeError that names `what`, otherwise.
 */
export function requireObject(data: unknown, what: string): WireRecord {
  if (isRecord(data)) return data;
  if (typeof data !== "string") throw new DecodeError(`${what} is not a JSON object but ${typeName(data)}`);
  const parsed = parseJson(data);
  if (isRecord(parsed)) return parsed;
  throw new DecodeError(`${what} is not a JSON object`, { sample: sampleOf(data) });
}

/** @throws DecodeError that names `what` and the key, which is missing or empty. */
export function missing(record: WireRecord, key: string, what: string): never {
  throw new DecodeError(`${what} has no ${key}`, {
    sample: `keys: ${Object.keys(record).join(", ").slice(0, 200)}`,
  });
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
