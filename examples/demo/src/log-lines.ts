/** The lines of a running program, and a way to wait for one. */
export interface LogLines {
  readonly lines: readonly string[];
  /** Adds output as it comes, cut anywhere. */
  write(chunk: string): void;
  /** Adds what has no line end yet. */
  end(): void;
  /**
   * The first line from `from` on (default 0) that matches.
   *
   * @throws Error with the last lines when none came within `timeoutMs` (default 60,000).
   */
  find(pattern: RegExp, options?: { readonly from?: number; readonly timeoutMs?: number }): Promise<string>;
  /** The last `count` lines, for error messages. */
  tail(count: number): string;
}

/** @param onLine - called with each whole line. */
export function createLogLines(onLine: (line: string) => void = () => undefined): LogLines {
  const lines: string[] = [];
  const watchers = new Set<(line: string, index: number) => void>();
  let rest = "";
  const add = (line: string): void => {
    const index = lines.push(line) - 1;
    onLine(line);
    for (const watch of watchers) watch(line, index);
  };
  const tail = (count: number): string => lines.slice(-count).join("\n");
  return {
    lines,
    tail,
    write(chunk) {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? "";
      for (const line of parts) add(line);
    },
    end() {
      if (rest !== "") add(rest);
      rest = "";
    },
    find(pattern, { from = 0, timeoutMs = 60_000 } = {}) {
      const known = lines.slice(from).find((line) => pattern.test(line));
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          watchers.delete(watch);
        };
        const watch = (line: string, index: number): void => {
          if (index < from || !pattern.test(line)) return;
          stop();
          resolve(line);
        };
        const timer = setTimeout(() => {
          stop();
          reject(
            new Error(`no log line matched ${pattern} within ${timeoutMs} ms; the last lines:\n${tail(20)}`),
          );
        }, timeoutMs);
        watchers.add(watch);
      });
    },
  };
}
