/** Code points that a terminal draws two columns wide: Hangul, CJK, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

/** Cuts text into lines that fit `columns`, words unbroken where possible. */
export function wrap(text: string, columns: number): readonly string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, columns));
}

function wrapLine(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = "";
  let width = 0;
  for (const piece of line.split(/(?<=\s)(?=\S)/)) {
    if (width > 0 && width + textWidth(piece.trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = "";
      width = 0;
    }
    for (const char of piece) {
      const charWidth = textWidth(char);
      if (width + charWidth > columns) {
        if (char.trim() === "") continue;
        lines.push(current);
        current = "";
        width = 0;
      }
      current += char;
      width += charWidth;
    }
  }
  return [...lines, current.trimEnd()];
}

function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}
