import { jsonBytes } from "./text-limits.ts";

/** An open fenced code block: what reopens it in the next part, and what closes it in this one. */
export interface CodeFence {
  /** The line that opened it, without its end. */
  readonly opening: string;
  /** The line that closes it. */
  readonly closing: string;
}

// Any indentation, and quote marks: models put fences into lists and quotes. The lengths are bounded so that a fence
// repeated at a cut never fills a message by itself.
const FENCE = /^([ \t>]{0,16})(`{3,16}|~{3,16})([^\n]*)$/;
const LONGEST_OPENING_BYTES = 64;

/** Room for a line break and any closing fence, in characters and in bytes: 16 tabs and 16 marks. */
export const CLOSING_RESERVE: string = `\n${"\t".repeat(16)}${"`".repeat(16)}`;

/** The code block that is open after `text`, when `fence` was open before it. */
export function fenceAfter(fence: CodeFence | undefined, text: string): CodeFence | undefined {
  let open = fence;
  for (const line of text.split("\n")) open = fenceAfterLine(open, line);
  return open;
}

/** `text`, and what closes a code block that it leaves open. */
export function withFenceClosed(text: string): string {
  const fence = fenceAfter(undefined, text);
  return fence === undefined ? text : `${text}\n${fence.closing}`;
}

/** Like {@link fenceAfter}, for one line without its end. */
export function fenceAfterLine(fence: CodeFence | undefined, line: string): CodeFence | undefined {
  const match = FENCE.exec(line);
  if (match === null) return fence;
  const [, indent = "", mark = "", rest = ""] = match;
  if (fence === undefined) {
    // An info string with a backtick makes it inline code (CommonMark 4.5).
    if (mark.startsWith("`") && rest.includes("`")) return undefined;
    const opening = jsonBytes(line) > LONGEST_OPENING_BYTES ? indent + mark : line;
    return { opening, closing: indent + mark };
  }
  const opened = fence.closing.trimStart().replace(/^[>\s]+/, "");
  const closes = mark[0] === opened[0] && mark.length >= opened.length && rest.trim() === "";
  return closes ? undefined : fence;
}
