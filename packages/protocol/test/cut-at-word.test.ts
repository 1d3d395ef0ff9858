import { expect, test } from "vitest";

import { cutAtWord } from "../src/index.ts";

test("leaves what fits as it is", () => {
  expect(cutAtWord("twelve chars", 12)).toBe("twelve chars");
  expect(cutAtWord("", 5)).toBe("");
});

test("cuts between two words, and marks the cut", () => {
  expect(cutAtWord("one two three four", 12)).toBe("one two…");
  expect(cutAtWord("one two three four", 14)).toBe("one two three…");
});

test("cuts a long word, but no character", () => {
  expect(cutAtWord("abcdefghijkl", 6)).toBe("abcde…");
  expect(cutAtWord("a bcdefghijkl", 8)).toBe("a bcdef…");
  expect(cutAtWord("abcd😀fgh", 6)).toBe("abcd…");
  expect(cutAtWord("没有调用该接口的权限", 6)).toBe("没有调用该…");
});

test("never exceeds its limit", () => {
  for (let maxChars = 0; maxChars < 30; maxChars += 1)
    expect(cutAtWord("word after word 😀 and another word", maxChars).length).toBeLessThanOrEqual(maxChars);
});
