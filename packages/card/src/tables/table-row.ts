import { fenceAfterLine } from "../code-fence.ts";

/** A line that may be a row of a table. */
export interface RowLine {
  /** Quote marks, and the few blanks that do not make it code. */
  readonly prefix: string;
  /** The rest of the line, without blanks around it. */
  readonly row: string;
}

export type Alignment = "none" | "left" | "center" | "right";

const PREFIX = /^(?: {0,3}> ?)* {0,3}/;
/** Lists and headings: they end a table, and are never its first row. */
const OTHER_BLOCK = /^(?:[-*+]|\d{1,9}[.)]|#{1,6})(?:\s|$)/;

/** `undefined` when `line` is no row of any table: it has no pipe, is code, or begins something else. */
export function readRowLine(line: string): RowLine | undefined {
  const prefix = PREFIX.exec(line)?.[0] ?? "";
  const rest = line.slice(prefix.length);
  const row = rest.trim();
  const isCode = rest !== rest.trimStart() || fenceAfterLine(undefined, row) !== undefined;
  const hasPipe = /(?<!\\)\|/.test(row);
  return !hasPipe || isCode || OTHER_BLOCK.test(row) ? undefined : { prefix, row };
}

/** How deep a line is quoted: all rows of a table are alike. */
export function quoteDepth({ prefix }: RowLine): number {
  return prefix.replaceAll(/[^>]/g, "").length;
}

/** The alignments that the row below a header gives; `undefined` when it is no such row. */
export function readAlignments(row: string): readonly Alignment[] | undefined {
  const cells = splitCells(row, false);
  if (!cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) => {
    if (cell.startsWith(":")) return cell.endsWith(":") && cell.length > 1 ? "center" : "left";
    return cell.endsWith(":") ? "right" : "none";
  });
}

/**
 * The cells of a row as they are written, pipes inside of them escaped.
 *
 * A pipe in inline code divides cells (GFM 4.10), but models forget to escape it: where the row has `count` cells only
 * when such pipes do not count, they do not.
 */
export function readCells(row: string, count: number): readonly string[] {
  const cells = splitCells(row, false);
  if (cells.length === count) return cells;
  const around = splitCells(row, true);
  return around.length === count ? around.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")) : cells;
}

function splitCells(row: string, aroundCode: boolean): string[] {
  const cells: string[] = [];
  let start = row.startsWith("|") ? 1 : 0;
  for (let at = start; at < row.length; at += 1) {
    if (aroundCode && row[at] === "`") at = codeEnd(row, at);
    else if (row[at] === "|" && row[at - 1] !== "\\") {
      cells.push(row.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (start < row.length || cells.length === 0) cells.push(row.slice(start).trim());
  return cells;
}

/** The last backtick of the inline code that begins at `at`; of these backticks themselves when nothing closes them. */
function codeEnd(row: string, at: number): number {
  const marks = /^`+/.exec(row.slice(at))?.[0].length ?? 1;
  const closing = new RegExp(`(?<!\`)\`{${marks}}(?!\`)`, "g");
  closing.lastIndex = at + marks;
  const closed = closing.exec(row);
  return (closed?.index ?? at) + marks - 1;
}
