import type { RobotContent } from "./robot-message.ts";
import { asArray, asRecord, asText, isRecord } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/** Bounds of the walk over a card's tree: enough for any card a person reads. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 2000;

/**
 * A shared document, drive file or card (`interactiveCard`, `actionCard`). A quoted card carries its visible text as a
 * tree of `{ elementType, value, children }`. Observed, not documented.
 */
export function parseCardContent(body: WireRecord): RobotContent {
  const text =
    treeText(body["cardContent"]) ??
    asText(body["text"]) ??
    asText(body["markdown"]) ??
    asText(body["content"]);
  return {
    kind: "card",
    url:
      asText(body["biz_custom_action_url"]) ??
      asText(body["singleURL"]) ??
      asText(body["singleUrl"]) ??
      asText(body["actionUrl"]) ??
      asText(body["url"]),
    title: asText(body["title"]),
    text,
  };
}

function treeText(root: unknown): string | undefined {
  const tree = asRecord(root) ?? asArray(root);
  if (tree === undefined) return undefined;
  const lines: string[] = [];
  let elements = 0;
  const visit = (node: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) return;
    if (Array.isArray(node)) return node.forEach((child) => visit(child, depth + 1));
    if (!isRecord(node)) return;
    const value = asText(node["value"]);
    if (value !== undefined) lines.push(value);
    if (node["children"] !== undefined) visit(node["children"], depth + 1);
  };
  visit(tree, 0);
  const text = lines.join("\n").trim();
  return text === "" ? undefined : text;
}
