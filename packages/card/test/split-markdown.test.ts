import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fenceAfter } from "../src/code-fence.ts";
import { cutMarkdown, headOf, restAfter, splitMarkdown } from "../src/split-markdown.ts";
import { markdownTexts } from "./markdown-texts.ts";

const limits = fc.record({
  maxChars: fc.integer({ min: 256, max: 900 }),
  maxBytes: fc.integer({ min: 256, max: 2_000 }),
});

const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const check = (property: (text: string, bounds: { maxChars: number; maxBytes: number }) => void): void => {
  fc.assert(fc.property(markdownTexts, limits, property), { numRuns: 300 });
};

describe("splitMarkdown keeps its promises for any text", () => {
  test("loses nothing: the bodies of the parts are the text", () => {
    check((text, bounds) => {
      expect(
        cutMarkdown(text, bounds)
          .map(({ body }) => body)
          .join(""),
      ).toBe(text);
    });
  });

  test("sends every character but white space, in order", () => {
    check((text, bounds) => {
      const sent = splitMarkdown(text, bounds).join("\n");
      let at = -1;
      for (const character of text.replaceAll(/\s+/g, "")) {
        at = sent.indexOf(character, at + 1);
        expect(at).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test("respects both limits, fences included", () => {
    check((text, bounds) => {
      for (const part of splitMarkdown(text, bounds)) {
        expect(part.length).toBeLessThanOrEqual(bounds.maxChars);
        expect(bytesInJson(part)).toBeLessThanOrEqual(bounds.maxBytes);
      }
    });
  });

  test("leaves no code block open but one that the text itself leaves open", () => {
    check((text, bounds) => {
      for (const part of splitMarkdown(text, bounds).slice(0, -1)) {
        expect(fenceAfter(undefined, part)).toBeUndefined();
      }
    });
  });

  test("cuts between characters as people see them", () => {
    check((text, bounds) => {
      const starts = new Set(Array.from(graphemes.segment(text), ({ index }) => index));
      let at = 0;
      for (const { body } of cutMarkdown(text, bounds)) {
        expect(starts).toContain(at);
        at += body.length;
      }
    });
  });

  test("never cuts a surrogate pair, even inside a character longer than a part", () => {
    const monster = `e${"\u{1d165}".repeat(2_000)}`;
    for (const part of splitMarkdown(monster, { maxChars: 301, maxBytes: 9_000 })) {
      expect(part.isWellFormed()).toBe(true);
    }
  });

  test("shows the same head while the text behind it grows", () => {
    check((text, bounds) => {
      const { head, end } = headOf(text, bounds);
      const rest = restAfter(text, end);
      fc.pre(rest.length > 100);
      expect(headOf(`${text}\n\nmore`, bounds).head).toBe(head);
    });
  });
});

const sentences = (count: number): string => "十个字的一句话在这里。".repeat(count);

describe("splitMarkdown", () => {
  test("returns a text that fits as it is", () => {
    expect(splitMarkdown("  # Title\n\ntext  \n", { maxBytes: 256 })).toEqual(["  # Title\n\ntext  \n"]);
  });

  test("gives no part for blank text", () => {
    expect(splitMarkdown(" \n ", { maxBytes: 256 })).toEqual([]);
    expect(splitMarkdown("", { maxBytes: 256 })).toEqual([]);
  });

  test("prefers the end of a paragraph", () => {
    const paragraph = sentences(15);
    const parts = splitMarkdown(`${paragraph}\n\n${paragraph}\n\n${paragraph}`, {
      maxChars: 400,
      maxBytes: 9_000,
    });
    expect(parts).toEqual([`${paragraph}\n\n${paragraph}`, paragraph]);
  });

  test("ends a cut inside a long line after a sentence", () => {
    const [first = "", ...others] = splitMarkdown(sentences(60), { maxChars: 300, maxBytes: 9_000 });
    expect(first.endsWith("。")).toBe(true);
    expect(others.length).toBeGreaterThan(0);
  });

  test("closes a code block at the cut and reopens it with its language", () => {
    const code = Array.from({ length: 60 }, (_, line) => `const value${line} = ${line};`).join("\n");
    const parts = splitMarkdown(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`, {
      maxChars: 500,
      maxBytes: 9_000,
    });
    expect(parts.length).toBeGreaterThan(2);
    expect(parts[0]).toMatch(/^Look:\n\n```ts\n[\s\S]*;\n```$/);
    expect(parts[1]).toMatch(/^```ts\nconst[\s\S]*;\n```$/);
    expect(parts.at(-1)).toMatch(/```\n\nDone\.$/);
  });

  test("keeps a fence inside a list item at its indentation", () => {
    const code = Array.from({ length: 40 }, () => "   run something").join("\n");
    const [first = "", second = ""] = splitMarkdown(`1. item\n   ~~~sh\n${code}\n   ~~~`, {
      maxChars: 400,
      maxBytes: 9_000,
    });
    expect(first.endsWith("\n   ~~~")).toBe(true);
    expect(second.startsWith("   ~~~sh\n")).toBe(true);
  });

  test("counts bytes as JSON does", () => {
    const quotes = '"\n'.repeat(300);
    for (const part of splitMarkdown(quotes, { maxBytes: 300 })) {
      expect(bytesInJson(part)).toBeLessThanOrEqual(300);
    }
  });

  test("splits a megabyte without a line break in reasonable time", () => {
    const text = "字".repeat(350_000);
    expect(splitMarkdown(text, { maxChars: 3_800, maxBytes: 14_000 }).join("")).toBe(text);
  });

  test("refuses limits that could not hold a fence", () => {
    expect(() => splitMarkdown("x", { maxBytes: 10 })).toThrow(
      expect.objectContaining({ code: "DINGTALK_CONFIG" }),
    );
    expect(() => splitMarkdown("x", { maxChars: Number.NaN, maxBytes: 1_000 })).toThrow("maxChars");
  });
});
