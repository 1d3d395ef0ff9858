/** An object of a config file, as parsed. */
export type ConfigRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is ConfigRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at `path`; an empty one where there is none. */
export function recordAt(root: unknown, ...path: readonly string[]): ConfigRecord {
  const found = path.reduce<unknown>(
    (value, step) => (isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    root,
  );
  return isRecord(found) ? found : {};
}

/** Whether the host puts this object together from other files: what stands in them cannot be seen here. */
export function hasInclude(value: unknown): boolean {
  return isRecord(value) && Object.hasOwn(value, "$include");
}
