import { quoteDepth, readAlignments, readCells, readRowLine } from "./table-row.ts";
import type { Alignment, RowLine } from "./table-row.ts";

/** A Markdown table. Each row has as many cells as there are columns. */
export interface Table {
  /** What stands before each of its lines. */
  readonly prefix: string;
  readonly alignments: readonly Alignment[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The line after it. */
  readonly end: number;
}

/** The table whose header is `lines[start]`, read up to the line `limit`; `undefined` when there is none. */
export function readTable(lines: readonly string[], start: number, limit: number): Table | undefined {
  const first = rowAt(lines, start);
  const second = start + 1 < limit ? rowAt(lines, start + 1, first) : undefined;
  const alignments = second && readAlignments(second.row);
  if (first === undefined || alignments === undefined) return undefined;
  const header = readCells(first.row, alignments.length);
  if (header.length !== alignments.length) return undefined;
  const rows: (readonly string[])[] = [];
  for (let at = start + 2; at < limit; at += 1) {
    const line = rowAt(lines, at, first);
    if (line === undefined) break;
    rows.push(readCells(line.row, header.length));
  }
  return { prefix: first.prefix, ...evenRows({ alignments, header, rows }), end: start + 2 + rows.length };
}

function rowAt(lines: readonly string[], at: number, like?: RowLine): RowLine | undefined {
  const line = readRowLine(lines[at] ?? "");
  if (line === undefined || like === undefined) return line;
  return quoteDepth(line) === quoteDepth(like) ? line : undefined;
}

type Grid = Pick<Table, "alignments" | "header" | "rows">;

/** Renderers drop what a row has beyond the header. Here it gets a column without a name, so that nothing is lost. */
function evenRows({ alignments, header, rows }: Grid): Grid {
  const columns = rows.reduce(
    (most, row) => Math.max(most, row.findLastIndex((cell) => cell !== "") + 1),
    header.length,
  );
  const fill = (row: readonly string[]): readonly string[] =>
    Array.from({ length: columns }, (_, column) => row[column] ?? "");
  return {
    alignments: Array.from({ length: columns }, (_, column) => alignments[column] ?? "none"),
    header: fill(header),
    rows: rows.map(fill),
  };
}
