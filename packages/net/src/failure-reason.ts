function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function describe(error: Error): string {
  const code = codeOf(error);
  if (error.message === "") return code === "" ? error.name : code;
  return code === "" || error.message.includes(code) ? error.message : `${error.message} (${code})`;
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
