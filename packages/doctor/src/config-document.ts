import { ConfigError } from "@dingtalk-kit/protocol";
import { evaluate, parse } from "@humanwhocodes/momoa";
import type { ObjectNode, Token } from "@humanwhocodes/momoa";

import type { ConfigRecord } from "./config-record.ts";
import { isRecord } from "./config-record.ts";

/** A config file's text, read as the host reads it: JSON5. */
export interface ConfigDocument {
  readonly text: string;
  readonly value: ConfigRecord;
  readonly root: ObjectNode;
  /** In the order of the text, comments among them. */
  readonly tokens: readonly Token[];
}

/** @throws ConfigError that says where, without the text that stands there: it may be a secret */
export function parseConfig(text: string, path: string): ConfigDocument {
  const { body, tokens = [] } = parseJson5(text, path);
  const value: unknown = evaluate(body);
  if (body.type !== "Object" || !isRecord(value)) throw new ConfigError(`${path} holds no object`);
  return { text, value, root: body, tokens };
}

function parseJson5(text: string, path: string): ReturnType<typeof parse> {
  try {
    return parse(text, { mode: "json5", ranges: true, tokens: true, allowTrailingCommas: true });
  } catch (cause) {
    const { line, column } = { line: undefined, column: undefined, ...Object(cause) };
    const place = typeof line === "number" ? `line ${line}, column ${String(column)}` : "its end";
    // Not `cause`: its message quotes the text.
    throw new ConfigError(`${path} is not JSON5: mistake at ${place}. Next: mend it in an editor`);
  }
}

export function countComments({ tokens }: ConfigDocument): number {
  return tokens.filter(isComment).length;
}

export function isComment({ type }: Token): boolean {
  return type === "LineComment" || type === "BlockComment";
}
