import { redact } from "@dingtalk-kit/protocol";
import type { LogFields, Logger } from "@dingtalk-kit/protocol";

import type { LogSink } from "./host-types.ts";
import { sayOnce } from "./say-once.ts";

export interface HostLoggerOptions {
  readonly accountId: string;
  /** Shows debug lines at the host's default level, and every line with all of its fields. */
  readonly debug: boolean;
}

/** The libraries' structured lines as one-line texts in the host's log. Fields are redacted here, whoever wrote them. */
export function createHostLogger(
  sink: LogSink,
  options: HostLoggerOptions,
  bindings: LogFields = {},
): Logger {
  const whole = (message: string, fields: LogFields = {}): string =>
    [`[${options.accountId}] ${message}`, ...formatFields({ ...bindings, ...fields })].join(" ");
  const brief = (message: string, fields: LogFields = {}): string => {
    const said = sayOnce(message, { ...bindings, ...fields });
    const next = said.next === undefined ? [] : [`Next: ${said.next}`];
    return [`[${options.accountId}] ${said.message}`, ...formatFields(said.fields), ...next].join(" ");
  };
  const line = options.debug ? whole : brief;
  return {
    trace: () => undefined,
    debug: (message, fields) => {
      if (options.debug) sink.info(whole(message, fields));
      else sink.debug?.(whole(message, fields));
    },
    info: (message, fields) => sink.info(line(message, fields)),
    warn: (message, fields) => sink.warn(line(message, fields)),
    error: (message, fields) => sink.error(line(message, fields)),
    child: (more) => createHostLogger(sink, options, { ...bindings, ...more }),
  };
}

function formatFields(fields: LogFields): readonly string[] {
  return Object.entries(fields).flatMap(formatField);
}

function formatField([name, value]: [string, unknown]): readonly string[] {
  if (value === undefined) return [];
  const shown: unknown = Object.values(
    Object(redact({ [name]: value instanceof Error ? value.message : value })),
  )[0];
  return [`${name}=${typeof shown === "string" && /^[^\s"=]+$/.test(shown) ? shown : JSON.stringify(shown)}`];
}
