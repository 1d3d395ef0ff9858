import type { JsonValue } from "@dingtalk-kit/protocol";

/** An answer to an {@link InboxRequest}, ready to be shown: the gateway sends it to the command line as it is. */
export interface InboxReply {
  /** For the command line: 0, there was something to show, or it was done; 1, not so; 2, it was asked wrongly. */
  readonly exitCode: number;
  /** For programs. */
  readonly data: Readonly<Record<string, JsonValue>>;
  /** For people. */
  readonly lines: readonly string[];
}

/** Why something was refused, or not found. `code` is a stable word. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

export function refuse({ code, message, next }: Refusal, exitCode = 1): InboxReply {
  return { exitCode, data: { error: { code, message, next } }, lines: [message, `Next: ${next}`] };
}

/** What was asked makes no sense. */
export function refuseUsage({ message }: Error): InboxReply {
  const next =
    "`openclaw dingtalk inbox --help` and `openclaw dingtalk explain --help` show what may be asked";
  return refuse({ code: "usage", message: `${message}.`, next }, 2);
}

/** An {@link InboxReply} that came as JSON; `undefined` when it is none, as another version may send. */
export function readInboxReply(value: unknown): InboxReply | undefined {
  if (!isFields(value)) return undefined;
  const { exitCode, data, lines } = value;
  if (typeof exitCode !== "number" || !isJsonFields(data) || !Array.isArray(lines)) return undefined;
  return { exitCode, data, lines: lines.filter((line) => typeof line === "string") };
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** It came out of JSON, so all that is in it is JSON. */
const isJsonFields = (value: unknown): value is Readonly<Record<string, JsonValue>> => isFields(value);

/** Rows as columns that stand below each other. The last one may be of any length. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A moment in UTC, so that logs can be laid beside it wherever they come from. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A text of somebody else without what a terminal would obey. */
export function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "\u{FFFD}");
}
