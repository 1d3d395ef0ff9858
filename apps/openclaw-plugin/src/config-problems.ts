import type { ConfigProblem } from "@dingtalk-kit/config";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import type { DingTalkAccount } from "./accounts.ts";
import { agentProblems } from "./agent-problems.ts";
import { startedAccounts, unconfiguredReason, unknownKeys } from "./accounts.ts";
import { CONFIG_PATH } from "./ids.ts";

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

/**
 * What the log should say about an account's settings besides errors: a line each, but one for all keys without effect
 * and one for all unknown ones. What several accounts inherit is said by the first of them that starts.
 */
export function configWarnings(cfg: OpenClawConfig, account: DingTalkAccount): readonly string[] {
  const started = startedAccounts(cfg);
  const position = started.findIndex(({ accountId }) => accountId === account.accountId);
  const said = new Set(started.slice(0, Math.max(0, position)).flatMap(warningsOf).map(lineOf));
  const fresh = warningsOf(account).filter((problem) => !said.has(lineOf(problem)));
  const idle = fresh.filter(({ kind }) => kind === "not-yet").map(({ path }) => path);
  const unknown = position === 0 ? unknownKeys(cfg).map(withSuggestion) : [];
  return [
    ...fresh.filter(({ kind }) => kind !== "not-yet").map(lineOf),
    ...agentProblems(cfg, account).map(lineOf),
    ...(idle.length > 0 ? [`understood, but without effect in this version: ${idle.join(", ")}`] : []),
    ...(unknown.length > 0
      ? [
          `unknown keys are ignored: ${unknown.join(", ")}. The README says where the keys of ${CONFIG_PATH} are listed`,
        ]
      : []),
  ].map((line) => `config: ${line}`);
}

const warningsOf = ({ problems }: DingTalkAccount): readonly ConfigProblem[] =>
  problems.filter(({ severity }) => severity === "warning");

const lineOf = ({ path, message }: ConfigProblem): string => `${path}: ${message}`;

const withSuggestion = ({ path, suggestion }: ConfigProblem): string =>
  suggestion === undefined ? path : `${path} (did you mean ${suggestion}?)`;
