import type { ConfigProblem } from "./config-problem.ts";
import type { Layer, WrittenAs } from "./read-layer.ts";
import { withValue } from "./section.ts";
import type { Section } from "./section.ts";

/** Variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Key of the account that lives at the top, when it is kept under `accounts`. */
const DEFAULT_ACCOUNT = "default";

interface Variable {
  readonly key: readonly string[];
  /** The first one that is set wins. */
  readonly names: readonly string[];
}

const VARIABLES: readonly Variable[] = [
  { key: ["clientId"], names: ["DINGTALK_CLIENT_ID", "DINGTALK_APP_KEY"] },
  { key: ["clientSecret"], names: ["DINGTALK_CLIENT_SECRET", "DINGTALK_APP_SECRET"] },
  { key: ["http", "token"], names: ["DINGTALK_WEBHOOK_TOKEN"] },
];

/**
 * Names of the variables that stand in for keys of an account. Those of the default account carry no name; a named
 * account has its own, such as `DINGTALK_SALES_CLIENT_ID`.
 */
export function environmentVariables(accountKey: string | undefined): readonly Variable[] {
  if (accountKey === undefined || accountKey === DEFAULT_ACCOUNT) return VARIABLES;
  const account = accountKey.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return VARIABLES.map(({ key, names }) => ({
    key,
    names: names.map((name) => name.replace("DINGTALK_", `DINGTALK_${account}_`)),
  }));
}

export interface EnvironmentLayer extends Layer {
  /** What to say when the environment gives this key: two variables disagree. */
  readonly doubts: readonly { readonly key: string; readonly problem: ConfigProblem }[];
}

/** What the environment says about an account: the last place to look. */
export function readEnvironment(environment: Environment, accountKey: string | undefined): EnvironmentLayer {
  let values: Section = {};
  const written = new Map<string, WrittenAs>();
  const doubts: { key: string; problem: ConfigProblem }[] = [];
  for (const { key, names } of environmentVariables(accountKey)) {
    const found = names.filter((name) => textOf(environment[name]) !== undefined);
    const [winner, ...others] = found;
    if (winner === undefined) continue;
    values = withValue(values, key, textOf(environment[winner]));
    written.set(key.join("."), { name: winner });
    for (const other of others.filter((name) => textOf(environment[name]) !== textOf(environment[winner]))) {
      const message = `has another value than ${winner} in the environment, which means the same; ${winner} wins, unset one of the two`;
      const problem: ConfigProblem = { severity: "warning", kind: "spelling", path: other, message };
      doubts.push({ key: key.join("."), problem });
    }
  }
  return { path: "", values, written, problems: [], doubts };
}

function textOf(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}
