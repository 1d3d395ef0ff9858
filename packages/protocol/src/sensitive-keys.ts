/**
 * Names whose values never belong into a log, as regular expression sources: the same list serves keys of objects and
 * `key=value` or `"key":"value"` inside text.
 */
export const SECRET_KEY_PATTERN: string = String.raw`(?:[\w.-]{0,48}(?:secret|token|passw(?:or)?d|ticket|authorization|cookie|credential|signature|api[_-]?key|aes[_-]?key|private[_-]?key|download[_-]?code|device[_-]?code|auth[_-]?code)[\w.-]{0,24}|sign|session|session[_-]?id)`;

/** What people and agents say. */
export const TEXT_KEY_PATTERN: string =
  "(?:text|content|recognition|markdown|msgContent|msgParam|cardContent|quoteContent|summary|unknownMsgType|cardParamMap|params|data)";

const secretKey = new RegExp(`^${SECRET_KEY_PATTERN}$`, "i");
const textKey = new RegExp(`^${TEXT_KEY_PATTERN}$`, "i");
/** Below these every string is text, whatever its own key. */
const textMapKey = /^(?:cardParamMap|params|cardPrivateData|formData)$/i;
const idKey = /^(?:client[_-]?id|app[_-]?key|robot[_-]?code)$/i;

export type KeySensitivity = "secret" | "text" | "text-map" | "id" | "plain";

/** How a value under `key` must be treated. */
export function keySensitivity(key: string): KeySensitivity {
  if (idKey.test(key)) return "id";
  if (secretKey.test(key)) return "secret";
  if (textMapKey.test(key)) return "text-map";
  return textKey.test(key) ? "text" : "plain";
}
