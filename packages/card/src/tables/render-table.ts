import { displayWidth } from "./display-width.ts";
import type { Table } from "./read-table.ts";
import type { Alignment } from "./table-row.ts";

const LEAST_WIDTH = 3;
/** A wider cell stands out of its column: blanks for all others would fill the message. */
const MOST_WIDTH = 40;

/** The lines of `table` with columns that stand one below the other, also as raw text. */
export function alignTable({ prefix, alignments, header, rows }: Table): string[] {
  const widths = header.map((_, column) => {
    const wider = (width: number, row: readonly string[]): number =>
      Math.max(width, displayWidth(row[column] ?? ""));
    return Math.min(MOST_WIDTH, [header, ...rows].reduce(wider, LEAST_WIDTH));
  });
  const line = (cells: readonly string[]): string => `${prefix}| ${cells.join(" | ")} |`;
  const padded = (row: readonly string[]): string =>
    line(row.map((cell, column) => pad(cell, widths[column] ?? 0, alignments[column])));
  const rule = line(widths.map((width, column) => ruleOf(width, alignments[column])));
  return [padded(header), rule, ...rows.map(padded)];
}

function pad(cell: string, width: number, alignment: Alignment | undefined): string {
  const room = Math.max(0, width - displayWidth(cell));
  const before = alignment === "right" ? room : alignment === "center" ? Math.floor(room / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(room - before);
}

function ruleOf(width: number, alignment: Alignment | undefined): string {
  const start = alignment === "left" || alignment === "center" ? ":" : "-";
  const end = alignment === "right" || alignment === "center" ? ":" : "-";
  return start + "-".repeat(width - 2) + end;
}

/** The rows of `table` as a list of `header: value`, for clients that know no tables. Each row stays as it is while more
 *  come. */
export function listTable({ prefix, header, rows }: Table): string[] {
  const items =
    rows.length === 0 ? [header] : rows.map((row) => row.map((cell, at) => pair(header[at], cell)));
  return items
    .map((parts) => parts.filter((part) => part !== "").join("; "))
    .filter((words) => words !== "")
    .map((words) => `${prefix}- ${words.replaceAll("\\|", "|")}`);
}

function pair(name: string | undefined, value: string): string {
  if (name === undefined || name === "") return value;
  return `${name}: ${value === "" ? "–" : value}`;
}
