import type { DingTalkAccount } from "./accounts.ts";
import { unconfiguredReason } from "./accounts.ts";

/** Why an account cannot start as configured, in one line; `undefined` when it can. */
export function startBlock(account: DingTalkAccount): string | undefined {
  const errors = account.problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    return `config: ${errors.map(({ path, message }) => `${path}: ${message}`).join("; ")}`;
  if (!account.configured) return `config: ${unconfiguredReason(account)}`;
  if (account.clientSecret === undefined) {
    return "config: the SecretRef in clientSecret was not resolved. Next: check its provider with `openclaw secrets`";
  }
  return undefined;
}
