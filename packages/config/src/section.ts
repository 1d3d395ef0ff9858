/** A part of a config file, as written. */
export type Section = Readonly<Record<string, unknown>>;

export const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `value` when it is a section, else an empty one. */
export const asSection = (value: unknown): Section => (isSection(value) ? value : {});

/** What stands at `path` below `value`; inherited properties do not count. `null` is how some files write nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found ?? undefined;
}

/** A copy of `section` with `value` at `path`; sections on the way are made where there are none. */
export function withValue(section: Section, path: readonly string[], value: unknown): Section {
  const [step, ...rest] = path;
  if (step === undefined) return section;
  const inner = rest.length === 0 ? value : withValue(asSection(valueAt(section, [step])), rest, value);
  const entries = Object.entries(section);
  // fromEntries, because an assignment to `__proto__` would not make a key.
  return Object.fromEntries(
    Object.hasOwn(section, step)
      ? entries.map(([key, old]) => [key, key === step ? inner : old])
      : [...entries, [step, inner]],
  );
}

/** A copy of `section` without what stands at `path`, and without the sections that are empty then. */
export function withoutValue(section: Section, path: readonly string[]): Section {
  const [step, ...rest] = path;
  if (step === undefined || !Object.hasOwn(section, step)) return section;
  const others = Object.entries(section).filter(([key]) => key !== step);
  const inner = section[step];
  if (rest.length === 0 || !isSection(inner)) return rest.length === 0 ? Object.fromEntries(others) : section;
  const left = withoutValue(inner, rest);
  return Object.keys(left).length === 0 && Object.keys(inner).length > 0
    ? Object.fromEntries(others)
    : withValue(section, [step], left);
}
