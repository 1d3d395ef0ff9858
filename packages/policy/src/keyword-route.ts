import type { ConversationType } from "@dingtalk-kit/protocol";

/** One keyword, ready to be looked for. */
export interface KeywordRoute {
  /** As the user wrote it. */
  readonly keyword: string;
  readonly agent: string;
  /** `undefined`: in both kinds of conversations. */
  readonly in: ConversationType | undefined;
  /** The keyword as it is compared, see {@link foldText}; its length decides between keywords. */
  readonly folded: string;
}

/**
 * Letters and digits of the scripts that put spaces between words. Chinese, Japanese, Korean, Thai and their like do
 * not, or hang endings on: there a keyword is found inside of other words as well.
 */
const SPACELESS = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"];
const WORD = `[[\\p{L}\\p{N}\\p{M}_]--[${SPACELESS.map((script) => `\\p{scx=${script}}`).join("")}]]`;
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, "v");
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, "v");

/** Makes text comparable: full-width and other compatibility forms, letter case and runs of white space do not matter. */
export function foldText(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/\s+/gu, " ").trim();
}

/** @returns undefined when nothing is left of the keyword to look for. */
export function createKeywordRoute(
  keyword: string,
  target: { readonly agent: string; readonly in: ConversationType | undefined },
): KeywordRoute | undefined {
  const folded = foldText(keyword);
  if (folded === "") return undefined;
  return { ...target, keyword, folded };
}

/**
 * The route of the longest keyword in the message; among equally long ones, of the one that stands first in it; of one
 * word with two routes, the route that is written first.
 *
 * Text and keywords are compared after {@link foldText}. Where a keyword begins or ends with a letter or digit of a
 * script that writes spaces, no such letter or digit may stand beside it: `report` is found in `生成report吧` and not in
 * `reports`. Chinese keywords are found anywhere: `报表` in `日报表`.
 */
export function matchKeyword(
  routes: readonly KeywordRoute[],
  text: string,
  type: ConversationType,
): KeywordRoute | undefined {
  if (routes.length === 0) return undefined;
  const folded = foldText(text);
  let best: { readonly route: KeywordRoute; readonly length: number; readonly at: number } | undefined;
  for (const route of routes) {
    if (route.in !== undefined && route.in !== type) continue;
    const at = positionOf(route.folded, folded);
    if (at < 0) continue;
    const length = Array.from(route.folded).length;
    const better = best === undefined || length > best.length || (length === best.length && at < best.at);
    if (better) best = { route, length, at };
  }
  return best?.route;
}

/** Where the keyword stands as a word of its own, or -1. */
function positionOf(keyword: string, text: string): number {
  for (let at = text.indexOf(keyword); at >= 0; at = text.indexOf(keyword, at + 1)) {
    const end = at + keyword.length;
    // Two units hold any character; of the others they hold only what does not matter.
    const joinedBefore =
      STARTS_WITH_WORD.test(keyword) && ENDS_WITH_WORD.test(text.slice(Math.max(0, at - 2), at));
    const joinedAfter = ENDS_WITH_WORD.test(keyword) && STARTS_WITH_WORD.test(text.slice(end, end + 2));
    if (!joinedBefore && !joinedAfter) return at;
  }
  return -1;
}
