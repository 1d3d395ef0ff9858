function textIn(error: Error, key: "code" | "reason"): string {
  const value: unknown = key in error ? Reflect.get(error, key) : "";
  return typeof value === "string" ? value : "";
}

/** `code` of a Node.js error, or an empty text. */
function codeOf(error: unknown): string {
  return error instanceof Error ? textIn(error, "code") : "";
}

function messageOf(error: Error): string {
  // OpenSSL's own line names its source files; its reason stands beside it.
  const text = error.message.includes(":error:") ? textIn(error, "reason") : "";
  return (text === "" ? error.message : text).replace(/\s+/g, " ").trim();
}

function describe(error: Error): string {
  const code = codeOf(error);
  const message = messageOf(error);
  if (message === "") return code === "" ? error.name : code;
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}

/**
 * Why a connection failed, in one line. When several addresses were tried, the reason of each: Node reports those as
 * an `AggregateError` whose own message is empty.
 */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return [...new Set(cause.errors.map(reasonOf))].join("; ");
  }
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause instanceof AggregateError) return reasonOf(cause.cause);
  return describe(cause);
}

const UNTRUSTED = new Set([
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const WRONG_TIME = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);
const NOT_TLS = new Set([
  "ERR_SSL_HTTP_REQUEST",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/** What to do about a failed TLS handshake, where its code tells. Begins with `; `. */
export function tlsAdvice(cause: unknown): string {
  const code = codeOf(cause);
  if (UNTRUSTED.has(code)) {
    return "; where a proxy or firewall opens TLS, give its CA certificate with the option ca or NODE_EXTRA_CA_CERTS";
  }
  if (WRONG_TIME.has(code)) return "; check the clock of this machine";
  return NOT_TLS.has(code) ? "; what answered there does not speak TLS" : "";
}
