import * as fc from "fast-check";

/** Pieces that split badly: fences of both kinds, emoji of many code points, combining marks, Chinese, long words. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.lorem({ maxCount: 20, mode: "words" }) },
  { weight: 3, arbitrary: fc.stringMatching(/^[一-鿿，。！？]{1,80}$/) },
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("👨‍👩‍👧‍👦", "🇨🇳🇩🇪🇫🇷", "é́́", "한국어", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", '"\\"', "\t", " "),
  fc.constantFrom("**粗体**", "`code`", "> 引用", "- 列表", "1. one", "| a | b |"),
);

const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

const block = fc
  .tuple(
    fc.constantFrom("", "", "  ", "    ", "> "),
    fc.constantFrom("```", "````", "~~~"),
    fc.constantFrom("", "ts", " python title=x", "中文"),
    fc.array(line, { maxLength: 20 }),
    fc.boolean(),
  )
  .map(([indent, mark, info, lines, closed]) =>
    [
      `${indent}${mark}${info}`,
      ...lines.map((text) => indent + text),
      ...(closed ? [indent + mark] : []),
    ].join("\n"),
  );

/** Markdown as models write it, and worse. */
export const markdownTexts: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: line }, { weight: 1, arbitrary: block }), { maxLength: 40 })
  .chain((lines) => fc.constantFrom("\n", "\n\n", "").map((separator) => lines.join(separator)));
