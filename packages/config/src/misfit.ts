import type { ConfigProblem } from "./config-problem.ts";
import { allowedAt, isSensitive } from "./key-tree.ts";
import type { Located } from "./merge-layers.ts";

/** What is wrong with the value of a key of the account, and what would be right. */
export function misfitAt(path: readonly string[], { at, allowed }: Located, found: unknown): ConfigProblem {
  return misfit(
    at,
    `found ${describeFound(found, isSensitive(path))}, allowed: ${allowed ?? allowedAt(path)}`,
  );
}

export function misfit(path: string, message: string): ConfigProblem {
  return { severity: "error", kind: "misfit", path, message };
}

/** Names a value without spelling out secrets or long texts. */
export function describeFound(found: unknown, sensitive = false): string {
  if (found === undefined) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return found === null ? "nothing" : "an object";
  const shown = JSON.stringify(found);
  return sensitive || shown.length > 60 ? `a ${typeof found}` : `${shown} (${typeof found})`;
}
