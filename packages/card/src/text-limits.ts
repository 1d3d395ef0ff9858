import { ConfigError } from "@dingtalk-kit/protocol";

/** How much one message or card may hold. */
export interface TextLimits {
  /** In UTF-16 units (`String.length`). @defaultValue unlimited */
  readonly maxChars?: number | undefined;
  /** In bytes of UTF-8, counted as the text stands inside JSON: DingTalk measures the request, where `"` and line
   *  breaks take two. */
  readonly maxBytes: number;
}

export interface ResolvedLimits {
  readonly maxChars: number;
  readonly maxBytes: number;
}

/** Less than this cannot hold a code fence, its language and a useful line. */
export const LEAST_LIMIT = 256;

/** @throws ConfigError for a limit below 256. */
export function resolveLimits({ maxChars, maxBytes }: TextLimits): ResolvedLimits {
  const limits = { maxChars: maxChars ?? Number.POSITIVE_INFINITY, maxBytes };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value >= LEAST_LIMIT)) throw new ConfigError(`${name} must be at least ${LEAST_LIMIT}`);
  }
  return limits;
}

/** What is left of some limits after `text`. */
export function limitsAfter({ maxChars, maxBytes }: ResolvedLimits, text: string): ResolvedLimits {
  return { maxChars: maxChars - text.length, maxBytes: maxBytes - jsonBytes(text) };
}

/** Size of `text` inside a JSON string, in bytes of UTF-8. */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) bytes += unitBytes(text.charCodeAt(at));
  return bytes;
}

/** The first position in `text`, from `from` on, that no longer fits. `text.length` when all does. */
export function fittingEnd(text: string, from: number, limits: ResolvedLimits): number {
  let bytes = 0;
  let at = from;
  while (at < text.length && at - from < limits.maxChars) {
    bytes += unitBytes(text.charCodeAt(at));
    if (bytes > limits.maxBytes) break;
    at += 1;
  }
  return at;
}

/** Never less than what `JSON.stringify` makes of the unit: half a surrogate pair counts half of its four bytes;
 *  alone it would be escaped in six, but no cut of ours leaves one alone. */
function unitBytes(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x20) return unit >= 0x08 && unit <= 0x0d && unit !== 0x0b ? 2 : 6;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}
