import { isSecretReference } from "./expand-variables.ts";
import type { Layer } from "./read-layer.ts";
import { isSection, valueAt } from "./section.ts";
import type { Section } from "./section.ts";

/**
 * Maps whose keys the user chooses. They are replaced as a whole: an account could not have fewer groups than the
 * section otherwise, and the host reads them that way, too.
 */
const USERS_MAPS: ReadonlySet<string> = new Set(["groups", "keywordRoutes"]);

/** What holds when the first layer wins over the second, and so on: sections key by key, everything else as a whole. */
export function mergeLayers(layers: readonly Layer[]): Section {
  return layers.map(({ values }) => values).reduceRight((below, above) => mergeSections(below, above), {});
}

function mergeSections(below: Section, above: Section): Section {
  const merged = Object.entries(above).flatMap(([key, value]): [string, unknown][] => {
    const other = valueAt(below, [key]);
    if (value === undefined || value === null) return [];
    const mergeable = isSection(value) && isSection(other) && !USERS_MAPS.has(key);
    const whole = !mergeable || isSecretReference(value) || isSecretReference(other);
    return [[key, whole ? value : mergeSections(other, value)]];
  });
  return Object.fromEntries([...Object.entries(below), ...merged]);
}

/** Where a value of the merged account was written. */
export interface ValueOrigin {
  readonly kind: "config" | "environment";
  /** `channels.dingtalk.accounts.sales.app_key`, or the variable's name. */
  readonly at: string;
}

/** The origin of a value, in the user's own spelling. */
export interface Located extends ValueOrigin {
  /** What may stand there, where the spelling has rules of its own. */
  readonly allowed: string | undefined;
}

export type Locate = (path: readonly string[]) => Located;

/** Tells where the values of the merged account were written. */
export function locator(layers: readonly Layer[]): Locate {
  return (path) => {
    const holder = layers.find(({ values }) => holds(values, path)) ?? layers[0];
    for (let length = path.length; length > 0; length--) {
      const spelled = holder?.written.get(path.slice(0, length).join("."));
      if (spelled !== undefined) {
        return { ...origin(holder, [spelled.name, ...path.slice(length)]), allowed: spelled.allowed };
      }
    }
    return { ...origin(holder, path), allowed: undefined };
  };
}

/** A misfit may name a key that is missing inside of what was written: the longest part that is there decides. */
function holds(values: Section, path: readonly string[]): boolean {
  const [key, ...inner] = path;
  if (key === undefined || valueAt(values, [key]) === undefined) return false;
  if (USERS_MAPS.has(key) || !isSection(values[key]) || inner.length === 0) return true;
  return valueAt(values[key], inner.slice(0, 1)) !== undefined;
}

function origin(layer: Layer | undefined, steps: readonly string[]): ValueOrigin {
  const name = steps.join(".");
  if (layer === undefined) return { kind: "config", at: name };
  return layer.path === ""
    ? { kind: "environment", at: name }
    : { kind: "config", at: `${layer.path}.${name}` };
}
