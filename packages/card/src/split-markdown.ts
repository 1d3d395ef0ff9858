import { CLOSING_RESERVE, type CodeFence, fenceAfter, fenceAfterLine } from "./code-fence.ts";
import {
  fittingEnd,
  limitsAfter,
  type ResolvedLimits,
  resolveLimits,
  type TextLimits,
} from "./text-limits.ts";

/** One part of a text. The bodies of all parts, joined, are the text. */
export interface MarkdownPart {
  /** Reopens the code block that the cut before this part went through. */
  readonly prefix: string;
  readonly body: string;
  /** Closes the code block that the cut after this part goes through. */
  readonly suffix: string;
}

/**
 * `text` in parts that fit the limits, in order. Nothing is lost but white space at the cuts. Cuts fall between
 * paragraphs where possible, else between lines, sentences, words, and never inside a character as people see it.
 * A code block that must be cut is closed and reopened, so that each part renders by itself.
 *
 * Text that fits comes back as it is. Blank text gives no part.
 *
 * @throws ConfigError for a limit below 256.
 */
export function splitMarkdown(text: string, limits: TextLimits): string[] {
  return cutMarkdown(text, limits)
    .map(shownPart)
    .filter((part) => part.trim() !== "");
}

/** `text` cut into parts: see {@link splitMarkdown}. */
export function cutMarkdown(text: string, limits: TextLimits): MarkdownPart[] {
  const resolved = resolveLimits(limits);
  const parts: MarkdownPart[] = [];
  let fence: CodeFence | undefined;
  for (let from = 0; from < text.length;) {
    const prefix = openingOf(fence);
    const end = partEnd(text, from, fence, limitsAfter(resolved, prefix));
    const body = text.slice(from, end);
    fence = end === text.length ? undefined : fenceAfter(fence, body);
    parts.push({ prefix, body, suffix: closingAfter(body, fence) });
    from = end;
  }
  return parts;
}

/** The part of `text` that fits, as it is shown, and where it ends. The head stays the same while the text grows. */
export function headOf(text: string, limits: TextLimits): { readonly head: string; readonly end: number } {
  const end = partEnd(text, 0, undefined, resolveLimits(limits));
  if (end === text.length) return { head: text, end };
  const body = text.slice(0, end);
  const suffix = closingAfter(body, fenceAfter(undefined, body));
  return { head: shownPart({ prefix: "", body, suffix }, 0, [0, 1]), end };
}

/** What remains of `text` after a head that ends at `end`. */
export function restAfter(text: string, end: number): string {
  if (end >= text.length) return "";
  return openingOf(fenceAfter(undefined, text.slice(0, end))) + text.slice(end);
}

/** A part as it is sent: without the white space that the cuts left at its edges. */
function shownPart({ prefix, body, suffix }: MarkdownPart, index: number, all: readonly unknown[]): string {
  const start = index > 0 && prefix === "" ? body.replace(/^(?:[ \t]*\n)+/, "") : body;
  const inner = index < all.length - 1 && suffix === "" ? start.trimEnd() : start;
  return prefix + inner + suffix;
}

function openingOf(fence: CodeFence | undefined): string {
  return fence === undefined ? "" : `${fence.opening}\n`;
}

function closingAfter(body: string, fence: CodeFence | undefined): string {
  if (fence === undefined) return "";
  return body.endsWith("\n") ? fence.closing : `\n${fence.closing}`;
}

/** How good a place is for a cut: a higher one wins if it does not waste half of the room. */
interface Cuts {
  paragraph: number;
  line: number;
  codeLine: number;
}

function partEnd(text: string, from: number, fence: CodeFence | undefined, limits: ResolvedLimits): number {
  const reach = fittingEnd(text, from, limits);
  if (reach === text.length) return reach;
  const cuts = lineCuts(text, from, reach, { fence, limits });
  const furthest = Math.max(cuts.paragraph, cuts.line, cuts.codeLine);
  const half = from + (reach - from) / 2;
  const good = [cuts.paragraph, cuts.line, cuts.codeLine].find((cut) => cut >= half);
  return good ?? cutInLine(text, { from, lineStart: Math.max(from, furthest), limits });
}

/** The last cut of each kind after which the part, its closing fence included, still fits. */
function lineCuts(
  text: string,
  from: number,
  reach: number,
  state: { readonly fence: CodeFence | undefined; readonly limits: ResolvedLimits },
): Cuts {
  const cuts: Cuts = { paragraph: -1, line: -1, codeLine: -1 };
  let { fence } = state;
  let lineStart = from;
  for (let end = text.indexOf("\n", from); end !== -1 && end < reach; end = text.indexOf("\n", lineStart)) {
    const line = text.slice(lineStart, end);
    fence = fenceAfterLine(fence, line);
    lineStart = end + 1;
    if (fence === undefined) cuts[line.trim() === "" ? "paragraph" : "line"] = lineStart;
    else if (lineStart <= fittingEnd(text, from, limitsAfter(state.limits, fence.closing)))
      cuts.codeLine = lineStart;
  }
  return cuts;
}

interface LineCut {
  readonly from: number;
  readonly lineStart: number;
  readonly limits: ResolvedLimits;
}

/** A cut inside a line that is too long to wait for its end. */
function cutInLine(text: string, { from, lineStart, limits }: LineCut): number {
  // Where in the line the cut falls decides whether a code block is open there: keep room for closing it.
  const end = fittingEnd(text, from, limitsAfter(limits, CLOSING_RESERVE));
  const earliest = Math.max(lineStart, from + Math.floor(((end - from) * 3) / 4));
  const window = text.slice(earliest, end);
  const inWindow = lastEnd(window, SENTENCE_END) ?? lastEnd(window, WORD_END);
  return graphemeStart(text, from, inWindow === undefined ? end : earliest + inWindow);
}

const SENTENCE_END = /[。！？；…]+["'”’」』）]*|[.!?;]["')]*[ \t]/g;
const WORD_END = /[ \t，、,]+/g;

function lastEnd(text: string, pattern: RegExp): number | undefined {
  const last = [...text.matchAll(pattern)].at(-1);
  return last === undefined ? undefined : last.index + last[0].length;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The nearest start of a character at or before `position`, but after `from`. */
function graphemeStart(text: string, from: number, position: number): number {
  // Whether a place is inside a character depends on what comes before it (flags are pairs): start where it cannot.
  let windowStart = position - 1;
  while (windowStart > from && text.charCodeAt(windowStart) > 0x7f) windowStart -= 1;
  const window = text.slice(windowStart, position + 64);
  const start = windowStart + (graphemes.segment(window).containing(position - windowStart)?.index ?? 0);
  if (start > from) return start;
  const codePoint = codePointStart(text, position);
  return codePoint > from ? codePoint : position;
}

function codePointStart(text: string, position: number): number {
  const unit = text.charCodeAt(position);
  const before = text.charCodeAt(position - 1);
  const inPair = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return inPair ? position - 1 : position;
}
