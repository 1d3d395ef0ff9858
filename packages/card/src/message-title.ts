const LONGEST_TITLE = 20;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * A title for `text`: its first line with words, without Markdown marks, at most 20 characters.
 * It is what the conversation list and the notification show. `fallback` when the text has no words.
 */
export function messageTitle(text: string, fallback = "回复"): string {
  for (const line of text.split("\n", 50)) {
    const plain = withoutMarks(line.slice(0, 500));
    if (/[\p{L}\p{N}]/u.test(plain)) return shortened(plain);
  }
  return fallback;
}

function withoutMarks(line: string): string {
  return line
    .replace(/^[\s>]*(?:#{1,6}\s+|[-*+]\s+|\d+[.)]\s+)?/, "")
    .replace(/^(?:`{3,}|~{3,}).*$/, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll(/[*_~`|]+/g, (marks, at: number, whole: string) =>
      isInsideWord(marks, at, whole) ? marks : "",
    )
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** `snake_case` keeps its marks. */
function isInsideWord(marks: string, at: number, whole: string): boolean {
  return marks === "_" && /\w/.test(whole[at - 1] ?? "") && /\w/.test(whole[at + 1] ?? "");
}

function shortened(text: string): string {
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  if (characters.length <= LONGEST_TITLE) return text;
  return `${characters.slice(0, LONGEST_TITLE - 1).join("")}…`;
}
