import type { LogFields, Logger } from "./ports.ts";

export interface LogLine {
  readonly level: "trace" | "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines. For tests. */
export function createRecordingLogger(
  bindings: LogFields = {},
  lines: LogLine[] = [],
): Logger & { readonly lines: readonly LogLine[] } {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields: { ...bindings, ...fields } });
    };
  return {
    lines,
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (more) => createRecordingLogger({ ...bindings, ...more }, lines),
  };
}
