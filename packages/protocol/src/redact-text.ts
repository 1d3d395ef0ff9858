import { SECRET_KEY_PATTERN, TEXT_KEY_PATTERN } from "./sensitive-keys.ts";

/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/**
 * `"key":"value"` at any level of JSON within JSON (`\"key\":\"value\"`), and `key: 'value'` as Node prints objects.
 * A value without an end is taken to the end of the text: a cut-off log line still hides its secret.
 */
const QUOTED = new RegExp(
  String.raw`((\\{0,15})(["'\x60]?)(?<![\w.-])(${SECRET_KEY_PATTERN}|${TEXT_KEY_PATTERN})\2\3\s{0,8}:\s{0,8}\2(["'\x60]))([\s\S]*?)((?<!\\)\2\5|$)`,
  "gi",
);
/** `key=value` in URLs, forms and log lines; `%3D` in a URL within a URL. */
const ASSIGNED = new RegExp(
  String.raw`(?<![\w.-])(${SECRET_KEY_PATTERN}(?:\s?=\s?|%3D)["']?)(?!\[redacted)[^&\s"'\x60<>\\)\]},;]+`,
  "gi",
);
/** `x-acs-dingtalk-access-token: …`. In prose a short word may follow the colon. */
const HEADER = new RegExp(String.raw`(?<![\w.-])(${SECRET_KEY_PATTERN}\s?:\s?)[^\s"',;]{16,}`, "gi");

const SECRETS_BY_FORM: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/(?<![\w.-])((?:proxy-)?authorization\s?:\s?(?:(?:Bearer|Basic|Digest) )?)[^\s"',;]+/gi, `$1${REDACTED}`],
  [/(?<![\w.-])((?:set-)?cookie\s?:\s?)[^"'\r\n]+/gi, `$1${REDACTED}`],
  // Credentials in a URL, such as a proxy's.
  [/(:\/\/)[^\s/@"'<>]{1,256}@/g, `$1${REDACTED}@`],
  [/\b(Bearer|Basic) [\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // A custom robot's signing secret, a model provider's key, a signed web token.
  [/\bSEC[0-9a-f]{32,}\b/gi, REDACTED],
  [/\bsk-[\w-]{16,}/g, REDACTED],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, REDACTED],
  // DingTalk's encrypted person ids.
  [/\$:LWCP_v1:\$[\w+/=-]+/g, `$:LWCP_v1:$$${REDACTED}`],
];

/**
 * `text` without what must not be logged: credentials, tokens, tickets, sessions and signatures by their name or form,
 * and what people said where it is named (`"text":"…"`). Never throws. Takes time in proportion to the length.
 */
export function redactText(text: string): string {
  let safe = text
    .replace(QUOTED, `$1${REDACTED}$7`)
    .replace(ASSIGNED, `$1${REDACTED}`)
    .replace(HEADER, `$1${REDACTED}`);
  for (const [pattern, replacement] of SECRETS_BY_FORM) safe = safe.replace(pattern, replacement);
  return safe;
}
