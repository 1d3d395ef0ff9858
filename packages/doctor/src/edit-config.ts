import { isDeepStrictEqual } from "node:util";

import { ConfigError } from "@dingtalk-kit/protocol";
import { evaluate } from "@humanwhocodes/momoa";
import type { MemberNode, ObjectNode } from "@humanwhocodes/momoa";

import type { ConfigDocument } from "./config-document.ts";
import { countComments, parseConfig } from "./config-document.ts";
import type { ConfigRecord } from "./config-record.ts";
import { isRecord } from "./config-record.ts";
import type { Splice } from "./text-layout.ts";
import { applySplices, createLayout } from "./text-layout.ts";
import type { Layout } from "./text-layout.ts";

/** A config file's new text. */
export interface EditedConfig {
  readonly text: string;
  /** Comments of the old text that went, with the settings beside them or because all was written anew. */
  readonly lostComments: number;
}

/**
 * Writes `next` into the text of a config, and leaves alone what does not change: comments, order, quotes, spaces.
 *
 * @throws ConfigError when the values cannot be written as JSON, as `Infinity` cannot
 */
export function editConfig(document: ConfigDocument, next: ConfigRecord): EditedConfig {
  const layout = createLayout(document);
  const edited = applySplices(document.text, objectSplices(layout, document.root, next));
  const text = says(edited, next) ? edited : `${layout.print(next, "")}${layout.eol}`;
  if (!says(text, next))
    throw new ConfigError("the migrated config cannot be written as JSON without a loss");
  const after = countComments(parseConfig(text, "the new text"));
  return { text, lostComments: Math.max(0, countComments(document) - after) };
}

/** The text of a config that did not exist yet. */
export function printConfig(value: ConfigRecord): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function says(text: string, wanted: ConfigRecord): boolean {
  try {
    return isDeepStrictEqual(parseConfig(text, "the new text").value, withoutUndefined(wanted));
  } catch {
    return false;
  }
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutUndefined(inner)]));
}

const nameOf = ({ name }: MemberNode): string => (name.type === "Identifier" ? name.name : name.value);

function objectSplices(layout: Layout, node: ObjectNode, next: ConfigRecord): readonly Splice[] {
  const { members } = node;
  const names = members.map(nameOf);
  const wanted = (name: string): boolean => Object.hasOwn(next, name) && next[name] !== undefined;
  const kept = members.filter((member) => wanted(nameOf(member)));
  const added = Object.keys(next).filter((name) => wanted(name) && !names.includes(name));
  const last = kept.at(-1);
  if (new Set(names).size < names.length || (last === undefined && added.length + members.length > 0)) {
    return [layout.replace(node, next)];
  }
  const removed = members.filter((member) => !kept.includes(member));
  return [
    ...kept.flatMap((member) => valueSplices(layout, member, next[nameOf(member)])),
    ...removed.map((member) => layout.remove(member)),
    ...(last === undefined ? [] : layout.close(node, last, Object.entries(pick(next, added)))),
  ];
}

function valueSplices(layout: Layout, { value }: MemberNode, next: unknown): readonly Splice[] {
  const current: unknown = evaluate(value);
  if (isDeepStrictEqual(current, withoutUndefined(next))) return [];
  return value.type === "Object" && isRecord(next)
    ? objectSplices(layout, value, next)
    : [layout.replace(value, next)];
}

function pick(record: ConfigRecord, names: readonly string[]): ConfigRecord {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}
