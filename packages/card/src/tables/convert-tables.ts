import { type CodeFence, fenceAfterLine } from "../code-fence.ts";
import { readTable } from "./read-table.ts";
import { alignTable, listTable } from "./render-table.ts";
import { readRowLine } from "./table-row.ts";

/** How Markdown tables are shown. `native`: as written. `align`: with even columns, which read well as raw text, too.
 *  `plain`: each row as an item of a list. */
export type TableMode = "native" | "align" | "plain";

export interface ConvertOptions {
  /** More text is to come: the last line, and a table without a whole row, stay as they are. @defaultValue false */
  readonly growing?: boolean | undefined;
}

/**
 * `text` with its tables in another form; all else, code above all, stays as it is. No cell loses its text: what a row has
 * beyond the header gets a column of its own. Converting twice changes nothing more.
 */
export function convertTables(
  text: string,
  mode: TableMode,
  { growing = false }: ConvertOptions = {},
): string {
  if (mode === "native" || !text.includes("|")) return text;
  const lines = text.split("\n");
  const limit = growing ? lines.length - 1 : lines.length;
  const shown: string[] = [];
  let fence: CodeFence | undefined;
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const table = fence === undefined ? readTable(lines, at, limit) : undefined;
    if (table === undefined || (growing && table.rows.length === 0)) {
      fence = fenceAfterLine(fence, line);
      shown.push(line);
      at += 1;
    } else if (mode === "align") {
      shown.push(...alignTable(table));
      at = table.end;
    } else {
      shown.push(...listTable(table));
      at = table.end;
      if (wouldJoinList(lines[at])) shown.push(table.prefix.trimEnd());
    }
  }
  return shown.join("\n");
}

/** Text right below a list would be read as part of its last item. */
function wouldJoinList(line: string | undefined): boolean {
  return line !== undefined && /[^\s>]/.test(line) && readRowLine(line) === undefined;
}
