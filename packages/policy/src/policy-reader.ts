/** A value of a policy that could not be read, and what holds in its place. */
export interface PolicyProblem {
  /** `groups.cid1.allowFrom`. */
  readonly path: string;
  /** One sentence. Never repeats the value. */
  readonly message: string;
}

/**
 * Reads single values of something that claims to be a policy. `missing` is taken where there is nothing, `broken` where
 * there is something that cannot be read; then a problem is noted.
 */
export interface PolicyReader {
  readonly problems: readonly PolicyProblem[];
  /** Notes that the value at `path` cannot be read. */
  broken(path: string, instead: string): void;
  choice<T extends string>(path: string, value: unknown, rule: ChoiceRule<T>): T;
  flag(path: string, value: unknown, rule: { readonly missing: boolean; readonly broken: boolean }): boolean;
  /** A non-empty text, trimmed. */
  text(path: string, value: unknown): string | undefined;
  /** A list of people; entries that are neither text nor a number are left out. `undefined` where nothing is written. */
  entries(path: string, value: unknown): readonly string[] | undefined;
  /** An object's own keys and values. `undefined` where nothing is written, `broken` where it is no object. */
  record(path: string, value: unknown): readonly (readonly [string, unknown])[] | "broken" | undefined;
  /** A number of at least `min`; null where there is something else. */
  amount(path: string, value: unknown, min: number): number | null | undefined;
}

interface ChoiceRule<T extends string> {
  readonly allowed: readonly T[];
  readonly missing: T;
  readonly broken: T;
}

export function createPolicyReader(): PolicyReader {
  const problems: PolicyProblem[] = [];
  const broken = (path: string, instead: string): void => {
    problems.push({ path, message: `cannot be read: ${instead}` });
  };

  const flag: PolicyReader["flag"] = (path, value, rule) => {
    if (isMissing(value)) return rule.missing;
    if (typeof value === "boolean") return value;
    broken(path, `${rule.broken} holds instead of something that is neither true nor false`);
    return rule.broken;
  };
  const choice: PolicyReader["choice"] = (path, value, rule) => {
    if (isMissing(value)) return rule.missing;
    const chosen = rule.allowed.find((candidate) => candidate === value);
    if (chosen !== undefined) return chosen;
    broken(path, `"${rule.broken}" holds instead; allowed: ${rule.allowed.join(", ")}`);
    return rule.broken;
  };
  const text: PolicyReader["text"] = (path, value) => {
    if (isMissing(value)) return undefined;
    const found = typeof value === "string" ? value.trim() : "";
    if (found !== "") return found;
    broken(path, "it is ignored, because it is no text");
    return undefined;
  };
  const entries: PolicyReader["entries"] = (path, value) => {
    if (isMissing(value)) return undefined;
    if (!Array.isArray(value)) {
      broken(path, "nobody is let in by it, because it is no list");
      return [];
    }
    const list: readonly unknown[] = value;
    return list.flatMap((entry, index) => {
      if (typeof entry === "string") return [entry];
      if (typeof entry === "number" && Number.isFinite(entry)) return [String(entry)];
      broken(`${path}.${index}`, "the entry is left out, because it is no id");
      return [];
    });
  };
  const record: PolicyReader["record"] = (path, value) => {
    if (isMissing(value)) return undefined;
    if (isRecord(value)) return Object.entries(value);
    broken(path, "it counts as empty, because it is no object");
    return "broken";
  };
  const amount: PolicyReader["amount"] = (path, value, min) => {
    if (isMissing(value)) return undefined;
    if (typeof value === "number" && Number.isFinite(value) && value >= min) return value;
    broken(path, `it is no number of at least ${min}`);
    return null;
  };
  return { problems, broken, flag, choice, text, entries, record, amount };
}

/** `null` is how some file formats write that there is nothing. */
function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
