import type { MemberNode, ObjectNode, Token, ValueNode } from "@humanwhocodes/momoa";

import type { ConfigDocument } from "./config-document.ts";
import { isComment } from "./config-document.ts";

/** A stretch of a text, and what takes its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How a text is laid out, so that what is written into it looks like the rest. */
export interface Layout {
  readonly eol: string;
  /** A value as JSON, its lines behind the first indented by `indent`. */
  print(value: unknown, indent: string): string;
  replace(node: ValueNode, value: unknown): Splice;
  /** Takes a member out, with its comma and the comment behind it. Comments above it stay. */
  remove(member: MemberNode): Splice;
  /** Adds members behind the last one that stays, and sees to the commas there. */
  close(
    node: ObjectNode,
    last: MemberNode,
    added: readonly (readonly [string, unknown])[],
  ): readonly Splice[];
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  const backwards = splices.toSorted((a, b) => b.start - a.start || b.end - a.end);
  return backwards.reduce(
    (result, { start, end, text: put }) => result.slice(0, start) + put + result.slice(end),
    text,
  );
}

export function createLayout({ text, tokens }: ConfigDocument): Layout {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const lineStart = (at: number): number => text.lastIndexOf("\n", at - 1) + 1;
  const indentAt = (at: number): string => /^[ \t]*/.exec(text.slice(lineStart(at), at))?.[0] ?? "";
  const opensLine = (at: number): boolean => text.slice(lineStart(at), at).trim() === "";
  const isSameLine = (from: number, to: number): boolean => !text.slice(from, to).includes("\n");
  const following = (at: number): readonly Token[] => tokens.filter(({ range }) => startOf(range) >= at);
  const commaAfter = (at: number): Token | undefined => {
    const next = following(at).find((token) => !isComment(token));
    return next?.type === "Comma" ? next : undefined;
  };
  /** Behind a comment that stands on the same line and has nothing behind it. */
  const behindComment = (at: number): number => {
    const [comment, next] = following(at);
    if (comment === undefined || !isComment(comment)) return at;
    const [start, end] = comment.range ?? [at, at];
    const endsLine = next === undefined || !isSameLine(end, startOf(next.range));
    return isSameLine(at, start) && endsLine ? end : at;
  };
  const print = (value: unknown, indent: string): string =>
    JSON.stringify(value, undefined, unit).replaceAll("\n", `${eol}${indent}`);

  return {
    eol,
    print,
    replace: (node, value) => {
      const [start, end] = rangeOf(node);
      return { start, end, text: print(value, indentAt(start)) };
    },
    remove: (member) => {
      const [start, end] = rangeOf(member);
      const comma = commaAfter(end);
      const stop = behindComment(comma === undefined ? end : endOf(comma.range));
      if (!opensLine(start)) {
        const before = tokens.findLast(({ range }) => endOf(range) <= start);
        return { start: endOf(before?.range), end: stop, text: "" };
      }
      const rest = /^[ \t]*\r?\n/.exec(text.slice(stop))?.[0] ?? "";
      return { start: rest === "" ? start : lineStart(start), end: stop + rest.length, text: "" };
    },
    close: (node, last, added) => {
      const [, end] = rangeOf(last);
      const comma = commaAfter(end);
      const trailing = commaAfter(endOf(node.members.at(-1)?.range)) !== undefined;
      if (added.length === 0) {
        const dangles = comma !== undefined && !trailing && node.members.at(-1) !== last;
        return dangles ? [{ start: startOf(comma.range), end: endOf(comma.range), text: "" }] : [];
      }
      const [start] = rangeOf(last);
      const isOneLine = !opensLine(start);
      const indent = indentAt(start);
      const between = isOneLine ? " " : `${eol}${indent}`;
      const behind = comma === undefined ? end : endOf(comma.range);
      const at = isOneLine ? behind : behindComment(behind);
      const members = added.map(
        ([name, value]) => `${between}${JSON.stringify(name)}: ${print(value, indent)}`,
      );
      const put = { start: at, end: at, text: `${members.join(",")}${trailing ? "," : ""}` };
      if (comma !== undefined) return [put];
      if (at === end) return [{ ...put, text: `,${put.text}` }];
      return [{ start: end, end, text: "," }, put];
    },
  };
}

const startOf = (range: readonly [number, number] | readonly number[] | undefined): number => range?.[0] ?? 0;
const endOf = (range: readonly number[] | undefined): number => range?.[1] ?? 0;

function rangeOf({ range }: { readonly range?: readonly number[] }): readonly [number, number] {
  return [startOf(range), endOf(range)];
}
