/** One HTTP call that a client made, the control API's own calls excepted. */
export interface RecordedCall {
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The name that the client asked for. */
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, otherwise the text. */
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

export interface CallFilter {
  readonly method?: string | undefined;
  /** The exact path, or its beginning and `*`. */
  readonly path?: string | undefined;
}

export interface CallLog {
  add(call: RecordedCall): void;
  list(filter?: CallFilter | string): readonly RecordedCall[];
}

/** A long demo must not fill the memory. */
const MAX_CALLS = 20_000;

export function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

export function createCallLog(): CallLog {
  const calls: RecordedCall[] = [];
  return {
    add(call) {
      calls.push(call);
      if (calls.length > MAX_CALLS) calls.shift();
    },
    list(filter = {}) {
      const { method, path } = typeof filter === "string" ? { method: undefined, path: filter } : filter;
      return calls.filter(
        (call) =>
          (method === undefined || call.method === method.toUpperCase()) &&
          (path === undefined || matchesPath(path, call.path)),
      );
    },
  };
}
