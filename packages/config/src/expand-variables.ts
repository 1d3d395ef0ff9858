import type { Environment } from "./environment.ts";
import { isSection } from "./section.ts";

/** `${NAME}`, and `$${NAME}` for the text itself; upper case, as the host has it. */
const REFERENCE = /(\$?)\$\{([A-Z_][A-Z0-9_]*)\}/g;
/** A text that is one reference and nothing else. */
export const WHOLE_REFERENCE: RegExp = /^\s*\$\{([A-Z_][A-Z0-9_]*)\}\s*$/;

export interface Expanded {
  /** The value with its references filled in; `undefined` in the place of a text that misses one. */
  readonly value: unknown;
  readonly missing: readonly MissingVariable[];
}

export interface MissingVariable {
  readonly path: readonly string[];
  readonly name: string;
}

/** Replaces references in every text of `value`. SecretRefs stay as they are. */
export function expandVariables(value: unknown, environment: Environment): Expanded {
  return expandTexts(value, [], (text) => {
    const missing: string[] = [];
    const filled = text.replaceAll(REFERENCE, (_reference, escape: string, name: string) => {
      if (escape !== "") return `\${${name}}`;
      const found = environment[name];
      if (found === undefined || found === "") missing.push(name);
      return found ?? "";
    });
    return { text: filled, missing };
  });
}

/** Names the references that whoever filled them in has left: each text that is one reference and nothing else. */
export function findLeftVariables(value: unknown): Expanded {
  return expandTexts(value, [], (text) => {
    const name = WHOLE_REFERENCE.exec(text)?.[1];
    return { text, missing: name === undefined ? [] : [name] };
  });
}

type ExpandText = (text: string) => { readonly text: string; readonly missing: readonly string[] };

function expandTexts(value: unknown, path: readonly string[], expand: ExpandText): Expanded {
  if (typeof value === "string") {
    const { text, missing } = expand(value);
    return {
      value: missing.length === 0 ? text : undefined,
      missing: missing.map((name) => ({ path, name })),
    };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => expandTexts(item, [...path, String(index)], expand));
    return { value: items.map((item) => item.value), missing: items.flatMap(({ missing }) => missing) };
  }
  if (!isSection(value) || isSecretReference(value)) return { value, missing: [] };
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, expandTexts(inner, [...path, key], expand)] as const,
  );
  return {
    value: Object.fromEntries(entries.map(([key, inner]) => [key, inner.value])),
    missing: entries.flatMap(([, { missing }]) => missing),
  };
}

/** Whether a value names a secret that the host fetches. */
export function isSecretReference(value: unknown): boolean {
  return isSection(value) && typeof value["source"] === "string" && typeof value["id"] === "string";
}
