import { eastAsianWidth } from "get-east-asian-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const EMOJI = /^\p{RGI_Emoji}$/v;
const TAKES_NO_ROOM = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
const ASCII = /^[\x20-\x7e]*$/;

/** How many columns `text` takes where all letters are alike wide: Chinese, Japanese, Korean and emoji take two each. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2;
  const visible = Array.from(grapheme).filter((character) => !TAKES_NO_ROOM.test(character));
  return Math.max(
    0,
    ...visible.map((character) => eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide: false })),
  );
}
