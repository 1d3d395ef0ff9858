import type { SQLOutputValue } from "node:sqlite";

import { FaultError } from "./fault.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** Tables are STRICT, so a value of another type means a damaged file. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new FaultError("corrupt", `column ${column} holds no text`);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw new FaultError("corrupt", `column ${column} holds no number`);
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integerOf(row, column);
}

/** The one number that an aggregate or a pragma answers. */
export function singleInteger(row: Row | undefined): number {
  const value = Object.values(row ?? {})[0];
  if (typeof value === "number") return value;
  throw new FaultError("corrupt", "a count holds no number");
}
