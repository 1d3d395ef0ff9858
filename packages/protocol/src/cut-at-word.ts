const MARK = "…";

/**
 * `text` in at most `maxChars` characters (UTF-16 units). What is cut off is cut off between two words where one ends
 * in the second half, never inside of a character, and leaves a `…`.
 */
export function cutAtWord(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const room = Math.max(0, maxChars - MARK.length);
  const whole = text.slice(0, room).replace(/[\uD800-\uDBFF]$/, "");
  // A space right behind what fits: the last word is whole.
  const lastSpace = /\s/.test(text.charAt(whole.length)) ? whole.length : whole.search(/\s\S*$/);
  const cut = lastSpace >= room / 2 ? whole.slice(0, lastSpace) : whole;
  return maxChars < MARK.length ? "" : `${cut.trimEnd()}${MARK}`;
}
