import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { foldText, matchKeyword } from "../src/keyword-route.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";

function found(keywords: readonly string[], text: string): string | undefined {
  const keywordRoutes = Object.fromEntries(keywords.map((keyword) => [keyword, "agent"]));
  return matchKeyword(resolvePolicy({ keywordRoutes }).keywordRoutes, text, "group")?.keyword;
}

describe("what is found", () => {
  test.for([
    ["report", "the report, please"],
    ["report", "REPORT!"],
    ["report", "ｒｅｐｏｒｔ"],
    ["report", "请生成report吧"],
    ["Report", "re:report"],
    ["weekly report", "the weekly\n  report"],
    ["报表", "今天的日报表发我"],
    ["报表", "报表"],
    ["ＡＩ助手", "问问ai助手"],
    ["c++", "explain C++ to me"],
    ["c++", "c++11"],
    ["#ops", "tell #ops"],
    ["ﾃｽﾄ", "テスト環境"],
    ["report", "report_2 report"],
    ["café", "CAFE\u0301"],
    ["2024年", "总结2024年的数据"],
    [".*", "what is .* here"],
    ["отчёт", "Мой ОТЧЁТ?"],
  ] as const)("%s in %s", ([keyword, text]) => {
    expect(found([keyword], text)).toBe(keyword);
  });

  test.for([
    ["report", "reports and reporters"],
    ["report", "myreport"],
    ["report", "report_2"],
    ["report", "reporté"],
    ["202", "2024"],
    ["2024年", "12024年"],
    ["c++", "objc++"],
    [".*", "anything"],
    ["отчёт", "отчёты"],
    ["报表", "报 表"],
  ] as const)("and not %s in %s", ([keyword, text]) => {
    expect(found([keyword], text)).toBeUndefined();
  });
});

describe("which of several", () => {
  test("the longest keyword wins, wherever it stands", () => {
    expect(found(["报表", "销售报表"], "报表，还有销售报表")).toBe("销售报表");
    expect(found(["report", "weekly report"], "report: no weekly report")).toBe("weekly report");
    // Counted in characters, not in units of the encoding.
    expect(found(["😀😀", "abc"], "😀😀 abc")).toBe("abc");
  });

  test("among equally long ones the first in the message wins, however they are listed", () => {
    for (const keywords of [
      ["翻译", "报表"],
      ["报表", "翻译"],
    ]) {
      expect(found(keywords, "报表要翻译")).toBe("报表");
      expect(found(keywords, "翻译这份报表")).toBe("翻译");
    }
    // Keys that look like numbers come first in a JavaScript object, whatever was written first.
    expect(found(["abcd", "2024"], "abcd 2024")).toBe("abcd");
  });

  test("keywords with nothing to look for are left out, and so is one that reads like an earlier one", () => {
    expect(found(["", " ", "\u3000"], "   ")).toBeUndefined();
    expect(resolvePolicy({ keywordRoutes: { ok: "a", ＯＫ: "b" } }).keywordRoutes).toMatchObject([
      { keyword: "ok", agent: "a" },
    ]);
  });
});

/** Texts of the kind people write: words of two scripts, digits and signs, in any order. */
const piece = fc.constantFrom(
  "report",
  "re",
  "port",
  "报",
  "表",
  "报表",
  "é",
  "7",
  "_",
  "-",
  " ",
  "Ａ",
  "ß",
  "İ",
  "👍",
);
const someText = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const keyword = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(""));

test("a keyword that stands between blanks is found in any text, in any case and width", () => {
  fc.assert(
    fc.property(keyword, someText, someText, (word, before, after) => {
      fc.pre(foldText(word) !== "");
      const text = `${before} ${word} ${after}`;
      for (const written of [text, text.toUpperCase(), text.normalize("NFD"), text.normalize("NFKC")]) {
        // Upper case of ß is SS: other letters, so another word.
        fc.pre(foldText(written) === foldText(text));
        expect(found([word], written)).toBe(word);
      }
    }),
    { numRuns: 2_000, seed: 20_261_121 },
  );
});

/** Whether this character belongs to a script that writes spaces. */
const spaced = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}\p{M}_]/u.test(character) && !/\p{Script=Han}/u.test(character);

/** The rules once more, slowly and in other words: all places, then the neighbours one by one. */
function slowly(keywords: readonly string[], text: string): string | undefined {
  const characters = Array.from(foldText(text));
  const places = keywords.flatMap((word) => {
    const wanted = Array.from(foldText(word));
    return characters.flatMap((_, at) => {
      if (!wanted.every((character, index) => characters[at + index] === character)) return [];
      const end = at + wanted.length;
      if (spaced(wanted[0]) && spaced(characters[at - 1])) return [];
      if (spaced(wanted.at(-1)) && spaced(characters[end])) return [];
      return [{ word, at, length: wanted.length }];
    });
  });
  return places.toSorted((a, b) => b.length - a.length || a.at - b.at)[0]?.word;
}

test("agrees with the rules written a second time, for any keywords and texts", () => {
  let hits = 0;
  fc.assert(
    fc.property(fc.uniqueArray(keyword, { selector: foldText, maxLength: 4 }), someText, (words, text) => {
      const sought = words.filter((word) => foldText(word) !== "");
      const expected = slowly(sought, text);
      if (expected !== undefined) hits += 1;
      expect(found(sought, text)).toBe(expected);
    }),
    { numRuns: 10_000, seed: 20_261_121 },
  );
  expect(hits).toBeGreaterThan(500);
});
