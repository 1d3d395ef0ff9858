import * as fc from "fast-check";
import { expect, test } from "vitest";

import { messageTitle } from "../src/message-title.ts";

test.each([
  ["# Release notes\n\ntext", "Release notes"],
  ["\n\n> **重点**：今天", "重点：今天"],
  ["- [docs](https://example.com) first", "docs first"],
  ["```ts\nconst a = 1", "const a = 1"],
  ["snake_case stays", "snake_case stays"],
  ["<font color=red>红</font>字", "红字"],
  ["***\n第二行", "第二行"],
])("takes the first words of %j without marks", (text, title) => {
  expect(messageTitle(text)).toBe(title);
});

test("is at most 20 characters as people count them", () => {
  expect(messageTitle("一二三四五六七八九十一二三四五六七八九十一")).toBe(
    "一二三四五六七八九十一二三四五六七八九…",
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const title = messageTitle(text);
      expect(title.length).toBeGreaterThan(0);
      expect([...new Intl.Segmenter().segment(title)].length).toBeLessThanOrEqual(20);
    }),
  );
});

test("falls back when there are no words", () => {
  expect(messageTitle("---\n\n🎉")).toBe("回复");
  expect(messageTitle("", "Reply")).toBe("Reply");
});
