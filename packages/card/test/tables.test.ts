import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { convertTables } from "../src/tables/convert-tables.ts";
import type { TableMode } from "../src/tables/convert-tables.ts";
import { displayWidth } from "../src/tables/display-width.ts";
import { markdownTexts } from "./markdown-texts.ts";

const modes: readonly TableMode[] = ["align", "plain"];
const lines = (...all: readonly string[]): string => all.join("\n");
const align = (...all: readonly string[]): string => convertTables(lines(...all), "align");
const plain = (...all: readonly string[]): string => convertTables(lines(...all), "plain");

describe("align", () => {
  test("evens columns out by how wide they are shown, and keeps their alignment", () => {
    expect(align("|名称|价格|备注|n|", "|:-|-:|:-:|--|", "|苹果|3|红|🍎|", "|banana|12.50|b|x|")).toBe(
      lines(
        "| 名称   |  价格 | 备注 | n   |",
        "| :----- | ----: | :--: | --- |",
        "| 苹果   |     3 |  红  | 🍎  |",
        "| banana | 12.50 |  b   | x   |",
      ),
    );
  });

  test("takes tables without outer pipes, in quotes, right below text, and up to other text", () => {
    expect(align("Prices:", "a | b", "--|--", "1 | 2", "and so on", "> |a|b|", "> |-|-|", "> |1|2|")).toBe(
      lines(
        "Prices:",
        "| a   | b   |",
        "| --- | --- |",
        "| 1   | 2   |",
        "and so on",
        "> | a   | b   |",
        "> | --- | --- |",
        "> | 1   | 2   |",
      ),
    );
  });

  test("fills short rows, and gives what is too much a column of its own", () => {
    expect(align("|a|b|", "|-|-|", "|1|", "|1|2|3|", "|1|2||")).toBe(
      lines(
        "| a   | b   |     |",
        "| --- | --- | --- |",
        "| 1   |     |     |",
        "| 1   | 2   | 3   |",
        "| 1   | 2   |     |",
      ),
    );
  });

  test("knows a pipe that belongs to a cell: escaped, or in code where the row would not fit otherwise", () => {
    expect(align("|a|b|", "|-|-|", "|x \\| y|1|", "|`p || q`|2|", "|`x | y`|")).toBe(
      lines(
        "| a          | b   |",
        "| ---------- | --- |",
        "| x \\| y     | 1   |",
        "| `p \\|\\| q` | 2   |",
        "| `x         | y`  |",
      ),
    );
  });

  test("does not fill a message with blanks for the sake of one wide cell", () => {
    const wide = "w".repeat(500);
    expect(align("|a|b|", "|-|-|", `|${wide}|1|`, "|x|2|").length).toBeLessThan(700);
  });
});

describe("plain", () => {
  test("writes each row as words", () => {
    expect(plain("|名称|价格||", "|-|-|-|", "|苹果|3|甜|", "|`a \\| b`|||", "That is all.")).toBe(
      lines("- 名称: 苹果; 价格: 3; 甜", "- 名称: `a | b`; 价格: –", "", "That is all."),
    );
  });

  test("keeps the header of a table without rows", () => {
    expect(plain("|a|b|", "|-|-|")).toBe("- a; b");
  });
});

describe("both", () => {
  test.for([
    ["fenced code", ["```", "|a|b|", "|-|-|", "|1|2|", "```"]],
    ["a code block that nothing closes", ["~~~md", "|a|b|", "|-|-|", "|1|2|"]],
    ["code in a list", ["1. so:", "   ```", "   |a|b|", "   |-|-|", "   |1|2|", "   ```"]],
    ["indented code", ["    |a|b|", "    |-|-|", "    |1|2|"]],
    ["code by a tab, in a quote", [">\t|a|b|", ">\t|-|-|", ">\t|1|2|"]],
    ["a header with other columns", ["|a|b|c|", "|-|-|", "|1|2|"]],
    ["a list", ["- a | b", "--|--", "1. c | d", "--|--"]],
    ["a heading", ["# a | b", "--|--"]],
    ["rules and options", ["a", "---", "grep a | sort", "b | c"]],
  ] as const)("leave alone: %s", ([, text]) => {
    for (const mode of modes) expect(convertTables(lines(...text), mode)).toBe(lines(...text));
  });

  test("convert behind a code block that was closed", () => {
    expect(plain("```", "|a|b|", "```", "|a|b|", "|-|-|", "|1|2|")).toBe(
      lines("```", "|a|b|", "```", "- a: 1; b: 2"),
    );
  });

  test("show a table as it is written until its first row is whole", () => {
    const begun = lines("|a|b|", "|-|-|", "|1|2|");
    for (let length = 0; length <= begun.length; length += 1) {
      for (const mode of modes) {
        const part = begun.slice(0, length);
        expect(convertTables(part, mode, { growing: true })).toBe(part);
      }
    }
    expect(convertTables(`${begun}\n|3`, "plain", { growing: true })).toBe("- a: 1; b: 2\n|3");
  });

  test("native leaves all as it is", () => {
    fc.assert(fc.property(markdownTexts, (text) => convertTables(text, "native") === text));
  });

  test("a text without a row of dashes stays as it is", () => {
    fc.assert(
      fc.property(markdownTexts, fc.constantFrom(...modes), (text, mode) => {
        fc.pre(!/^[|\s:>-]*-[|\s:>-]*$/m.test(text));
        expect(convertTables(text, mode)).toBe(text);
      }),
    );
  });
});

const cell = fc.oneof(
  fc.stringMatching(/^[a-z0-9一-鿿]{0,8}$/),
  fc.constantFrom("🍎", "`a \\| b`", "`x`", "**粗**", "a\\|b", "é́", "한국어", "<br>", "C:\\", "-", ":", "1."),
);
const row = fc.array(cell, { minLength: 1, maxLength: 6 });
const outer = fc.constantFrom("", " ", "  ");
const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.array(row, { maxLength: 6 }), outer)
  .chain(([columns, rows, indent]) =>
    fc
      .tuple(
        fc.array(cell, { minLength: columns, maxLength: columns }),
        fc.array(fc.constantFrom("-", ":--", ":-:", "---:"), { minLength: columns, maxLength: columns }),
      )
      .map(([header, rule]) =>
        [header, rule, ...rows].map((cells) => `${indent}| ${cells.join(" | ")} |`).join("\n"),
      ),
  );
const texts = fc
  .array(fc.oneof(table, markdownTexts), { maxLength: 4 })
  .chain((parts) => fc.constantFrom("\n", "\n\n").map((between) => parts.join(between)));

/** What a person reads of a text: no marks of tables, no blanks. */
const words = (text: string): string[] => Array.from(text.replaceAll(/\\\||[|\s:;–-]/g, "")).toSorted();

function firstMissing(from: string, within: string): string | undefined {
  const left = words(within);
  return words(from).find((character) => {
    const at = left.indexOf(character);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

describe("any text", () => {
  test("loses no word of a cell, nor of what stands around tables", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...modes), fc.boolean(), (text, mode, growing) => {
        expect(firstMissing(text, convertTables(text, mode, { growing }))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("converted twice is converted once", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...modes), (text, mode) => {
        const once = convertTables(text, mode);
        expect(convertTables(once, mode)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  test("aligned rows of narrow cells are as wide as their header", () => {
    fc.assert(
      fc.property(table, (text) => {
        const widths = convertTables(text, "align").split("\n").map(displayWidth);
        expect(new Set(widths).size).toBe(1);
      }),
    );
  });

  test("while it grows, only whole rows change, and a list only gets longer", () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, cut) => {
        const part = text.slice(0, cut % (text.length + 1));
        const shown = convertTables(part, "plain", { growing: true });
        expect(shown.endsWith(part.slice(part.lastIndexOf("\n") + 1))).toBe(true);
        const whole = part.slice(0, part.lastIndexOf("\n") + 1);
        const before = convertTables(whole, "plain", { growing: true });
        expect(shown.startsWith(before.trimEnd())).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test.for([
  ["abc", 3],
  ["名称", 4],
  ["ｆｕｌｌ", 8],
  ["한국", 4],
  ["é́", 1],
  ["👨‍👩‍👧‍👦", 2],
  ["🇨🇳", 2],
  ["\u200b", 0],
  ["“…”", 3],
] as const)("%s takes %d columns", ([text, width]) => {
  expect(displayWidth(text)).toBe(width);
});
