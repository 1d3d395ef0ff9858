import { maskId } from "./mask-id.ts";
import { REDACTED, redactText } from "./redact-text.ts";
import { keySensitivity } from "./sensitive-keys.ts";
import type { KeySensitivity } from "./sensitive-keys.ts";

const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_VALUES = 2000;
const MAX_TEXT_CHARS = 2000;

interface Walk {
  readonly open: Set<object>;
  values: number;
}

/**
 * A copy of `value` that a log may hold. By the name of its key a string is hidden (secrets, tokens, tickets), replaced
 * by its length (what people and agents said) or shortened to a recognisable id (client id, robot code); all other text
 * goes through {@link redactText}.
 *
 * Bounded: 8 levels, 100 entries each, 2000 values in all, 2000 characters of a text. Cycles are cut. Never throws.
 */
export function redact(value: unknown): unknown {
  return visit(value, "plain", 0, { open: new Set(), values: 0 });
}

function visit(value: unknown, under: KeySensitivity, depth: number, walk: Walk): unknown {
  if (++walk.values > MAX_VALUES) return "[more]";
  if (typeof value === "string") return redactString(value, under);
  if (typeof value === "bigint") return under === "secret" ? REDACTED : `${value}n`;
  if (typeof value === "symbol" || typeof value === "function") return `[${typeof value}]`;
  // Numbers stay even where the name says token: they are counts and limits, DingTalk's secrets are all text.
  if (typeof value !== "object" || value === null) return value;
  if (under === "secret") return REDACTED;
  if (depth >= MAX_DEPTH) return "[deeper]";
  if (walk.open.has(value)) return "[circular]";
  walk.open.add(value);
  try {
    return visitObject(value, under, depth, walk);
  } catch {
    // A getter or a proxy of somebody else's refused.
    return "[unreadable]";
  } finally {
    walk.open.delete(value);
  }
}

function redactString(text: string, under: KeySensitivity): string {
  if (text === "") return text;
  switch (under) {
    case "secret":
      return REDACTED;
    case "text":
    case "text-map":
      return `[${text.length} characters]`;
    case "id":
      return maskId(text);
    case "plain":
    default:
      return cut(redactText(text.slice(0, MAX_TEXT_CHARS)), text.length - MAX_TEXT_CHARS);
  }
}

function cut(text: string, more: number): string {
  return more > 0 ? `${text}… (${more} more characters)` : text;
}

function visitObject(value: object, under: KeySensitivity, depth: number, walk: Walk): unknown {
  if (Array.isArray(value)) return visitItems(value, under, depth, walk);
  if (value instanceof Set) return visitItems([...value], under, depth, walk);
  if (value instanceof Map) return visitEntries([...value], under, depth, walk);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (value instanceof URL) return redactString(value.href, "plain");
  if (value instanceof Error) return visitEntries(errorEntries(value), under, depth, walk);
  return visitEntries(Object.entries(value), under, depth, walk);
}

function visitItems(items: readonly unknown[], under: KeySensitivity, depth: number, walk: Walk): unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => visit(item, under, depth + 1, walk));
  if (items.length > MAX_ITEMS) shown.push(`[${items.length - MAX_ITEMS} more]`);
  return shown;
}

function visitEntries(
  entries: readonly (readonly [unknown, unknown])[],
  under: KeySensitivity,
  depth: number,
  walk: Walk,
): Record<string, unknown> {
  const shown = entries.slice(0, MAX_ITEMS).map(([name, item]) => {
    const key = typeof name === "string" || typeof name === "number" ? String(name) : `[${typeof name}]`;
    // Below a map of texts every string is text; secrets stay secrets everywhere.
    const own = keySensitivity(key);
    const inherited = under === "text-map" && own !== "secret" ? under : own;
    return [redactText(key), visit(item, inherited, depth + 1, walk)] as const;
  });
  if (entries.length > MAX_ITEMS) shown.push(["…", `[${entries.length - MAX_ITEMS} more]`]);
  return Object.fromEntries(shown);
}

/** An error's message and cause are not enumerable; its stack repeats the message and says where our code lies. */
function errorEntries(error: Error): (readonly [string, unknown])[] {
  const own = Object.entries(error).filter(([key]) => key !== "stack");
  const entries: (readonly [string, unknown])[] = [["name", error.name], ["message", error.message], ...own];
  if (error.cause !== undefined) entries.push(["cause", error.cause]);
  return entries;
}
