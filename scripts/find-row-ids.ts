/** Finds the checklist rows that a test file names in the titles of its tests. */
import { parseAst } from "vitest/node";

/** One mention of a row in a test's title. */
export interface Mention {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const bracketed = /\[((?:S\d+-\d+)(?:[\s,]+S\d+-\d+)*)\]/g;

/**
 * Reads the titles of `test`, `it` and `describe` with all their variants, and the tables of `each` and `for`,
 * whose rows end up in titles. A skipped test, or one still to be written, proves nothing and names nothing.
 */
export function findRowIds(file: string, source: string): Mention[] {
  const mentions: Mention[] = [];
  visit(parseAst(source, { lang: "ts" }), (node) => {
    if (!isNode(node, "CallExpression")) return true;
    const words = calleeWords(node["callee"]);
    if (!["test", "it", "describe"].includes(words[0] ?? "")) return true;
    if (words.some((word) => word === "skip" || word === "todo")) return false;
    for (const text of titleTexts(node)) {
      for (const id of idsIn(text.value)) mentions.push({ id, file, line: lineOf(source, text.start) });
    }
    return true;
  });
  return mentions;
}

/** `test.concurrent.each(table)` as `["test", "concurrent", "each"]`; anything else as far as it goes. */
function calleeWords(callee: unknown): string[] {
  if (isNode(callee, "Identifier")) return [String(callee["name"])];
  if (isNode(callee, "MemberExpression")) {
    const property = callee["property"];
    const name = isNode(property, "Identifier") ? [String(property["name"])] : [];
    return [...calleeWords(callee["object"]), ...name];
  }
  if (isNode(callee, "CallExpression")) return calleeWords(callee["callee"]);
  if (isNode(callee, "TaggedTemplateExpression")) return calleeWords(callee["tag"]);
  return [];
}

/** The first argument: a title or, in `test.each(table)(title)`, which is two calls, a table. */
function titleTexts(call: Node): { value: string; start: number }[] {
  const [title] = Array.isArray(call["arguments"]) ? call["arguments"] : [];
  const texts: { value: string; start: number }[] = [];
  visit(title, (node) => {
    if (isNode(node, "ArrowFunctionExpression") || isNode(node, "FunctionExpression")) return false;
    const value = isNode(node, "Literal")
      ? node["value"]
      : isNode(node, "TemplateElement")
        ? rawText(node)
        : undefined;
    if (typeof value === "string") texts.push({ value, start: Number(node["start"]) });
    return true;
  });
  return texts;
}

function rawText(element: Node): unknown {
  const value = element["value"];
  return typeof value === "object" && value !== null && "raw" in value ? value.raw : undefined;
}

function idsIn(title: string): string[] {
  return [...title.matchAll(bracketed)].flatMap(([, ids = ""]) => ids.split(/[\s,]+/));
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

/** Goes through a syntax tree; the visitor says whether to go into a node. */
function visit(tree: unknown, enter: (node: Node) => boolean): void {
  if (Array.isArray(tree)) for (const part of tree) visit(part, enter);
  else if (isNode(tree) && enter(tree)) for (const part of Object.values(tree)) visit(part, enter);
}

function isNode(value: unknown, type?: string): value is Node {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return type === undefined ? typeof value.type === "string" : value.type === type;
}
