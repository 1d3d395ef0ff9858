import { redact } from "@dingtalk-kit/protocol";
import type { LogFields, Logger } from "@dingtalk-kit/protocol";

import type { LogSink } from "./host-types.ts";

export interface HostLoggerOptions {
  readonly accountId: string;
  /** Shows debug lines at the host's default level. */
  readonly debug: boolean;
}

/** The libraries' structured lines as one-line texts in the host's log. Fields are redacted here, whoever wrote them. */
export function createHostLogger(
  sink: LogSink,
  options: HostLoggerOptions,
  bindings: LogFields = {},
): Logger {
  const line = (message: string, fields: LogFields = {}): string =>
    [
      `[${options.accountId}] ${message}`,
      ...Object.entries({ ...bindings, ...fields }).flatMap(formatField),
    ].join(" ");
  return {
    trace: () => undefined,
    debug: (message, fields) => {
      if (options.debug) sink.info(line(message, fields));
      else sink.debug?.(line(message, fields));
    },
    info: (message, fields) => sink.info(line(message, fields)),
    warn: (message, fields) => sink.warn(line(message, fields)),
    error: (message, fields) => sink.error(line(message, fields)),
    child: (more) => createHostLogger(sink, options, { ...bindings, ...more }),
  };
}

function formatField([name, value]: [string, unknown]): readonly string[] {
  if (value === undefined) return [];
  const shown: unknown = Object.values(
    Object(redact({ [name]: value instanceof Error ? value.message : value })),
  )[0];
  return [`${name}=${typeof shown === "string" && /^[^\s"=]+$/.test(shown) ? shown : JSON.stringify(shown)}`];
}
