import { ACCOUNT_KEYS, describeAccountKeys, readAccountKeys } from "./account-keys.ts";
import type { AccountSettings, ConfigProblem } from "./account-settings.ts";
import { findContradictions } from "./contradictions.ts";

type Section = Readonly<Record<string, unknown>>;

/** A channel's section of the user's config file, as written: shared keys at the top, named accounts under `accounts`. */
export interface AccountSource {
  /** Where the section stands, for messages: `channels.dingtalk`. */
  readonly path: string;
  readonly section: unknown;
  /** Key of the account under `accounts`; `undefined` for the account that lives at the top. */
  readonly accountKey: string | undefined;
}

export interface ResolvedAccount {
  /** `undefined` when a value does not fit: the account cannot start. `problems` says why. */
  readonly settings: AccountSettings | undefined;
  readonly problems: readonly ConfigProblem[];
}

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keys that people write as bare numbers, where a file format lets them. */
const TEXT_KEYS = new Set(["clientId", "robotCode"]);

/**
 * Reads one account. A key of the account replaces the same key of the section as a whole, lists and maps included.
 * Never throws: what is wrong comes back as problems, so that one bad account leaves the others alone.
 */
export function resolveAccount(source: AccountSource): ResolvedAccount {
  const root = isSection(source.section) ? source.section : {};
  const accounts = isSection(root["accounts"]) ? root["accounts"] : {};
  const own = source.accountKey === undefined ? {} : accounts[source.accountKey];
  const accountPath = `${source.path}.accounts.${source.accountKey}`;
  if (!isSection(own)) {
    return { settings: undefined, problems: [misfit(accountPath, own, "an object")] };
  }

  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  const pathOf = (name: string): string => `${name in own ? accountPath : source.path}.${name}`;
  for (const name of ACCOUNT_KEYS) {
    const value = own[name] ?? root[name];
    if (value === undefined || value === null) continue;
    if (typeof value === "number" && TEXT_KEYS.has(name)) {
      problems.push({
        severity: "warning",
        path: pathOf(name),
        message: "found a number; read as text, put it in quotes",
      });
      values[name] = String(value);
    } else {
      values[name] = value;
    }
  }

  const read = readAccountKeys(values);
  if (!read.ok) {
    const misfits = read.misfits.map(({ path: [name, ...inner], allowed }) => {
      const path = [pathOf(String(name)), ...inner.map(String)].join(".");
      return misfit(path, valueAt(values[String(name)], inner), allowed, isSensitive(String(name)));
    });
    return { settings: undefined, problems: [...problems, ...misfits] };
  }
  const contradictions = findContradictions(read.settings, pathOf);
  const usable = contradictions.every(({ severity }) => severity === "warning");
  return { settings: usable ? read.settings : undefined, problems: [...problems, ...contradictions] };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

function isSensitive(name: string): boolean {
  return describeAccountKeys().some((key) => key.name === name && key.sensitive);
}

function misfit(path: string, found: unknown, allowed: string, sensitive = false): ConfigProblem {
  return {
    severity: "error",
    path,
    message: `found ${describeFound(found, sensitive)}, allowed: ${allowed}`,
  };
}

/** Names a value without spelling out secrets or long texts. */
function describeFound(found: unknown, sensitive: boolean): string {
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return found === null ? "nothing" : "an object";
  const shown = JSON.stringify(found);
  return sensitive || shown.length > 60 ? `a ${typeof found}` : `${shown} (${typeof found})`;
}
