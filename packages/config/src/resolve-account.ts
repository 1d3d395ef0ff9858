import type { AccountSettings } from "./account-settings.ts";
import { readValues } from "./account-values.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { readEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { expandVariables, findLeftVariables } from "./expand-variables.ts";
import { locator, mergeLayers } from "./merge-layers.ts";
import type { ValueOrigin } from "./merge-layers.ts";
import { describeFound, misfit } from "./misfit.ts";
import { readLayer } from "./read-layer.ts";
import { asSection, isSection, valueAt } from "./section.ts";
import type { Section } from "./section.ts";
import { findRetiredKeys, findKeysWithoutEffect } from "./without-effect.ts";

/** A channel's section of the user's config file, as written: shared keys at the top, named accounts under `accounts`. */
export interface AccountSource {
  /** Where the section stands, for messages: `channels.dingtalk`. */
  readonly path: string;
  readonly section: unknown;
  /** Key of the account under `accounts`; `undefined` for the account that lives at the top. */
  readonly accountKey: string | undefined;
  /** Variables that stand in for missing credentials and fill `${NAME}` in texts. @defaultValue none */
  readonly environment?: Environment | undefined;
  /**
   * Whether `${NAME}` is filled in here. `false` where the host has done it: what it could not fill is named then.
   *
   * @defaultValue true
   */
  readonly expandVariables?: boolean | undefined;
}

export interface ResolvedAccount {
  /** `undefined` when a value does not fit: the account cannot start. `problems` says why. */
  readonly settings: AccountSettings | undefined;
  readonly problems: readonly ConfigProblem[];
  /** Where the values stand that are written somewhere, by key. */
  readonly origins: Readonly<Record<string, ValueOrigin>>;
}

/**
 * Reads one account: its own keys before those of the section before the environment, other plugins' spellings
 * included. Sections merge key by key; lists, `groups` and `keywordRoutes` replace each other as a whole.
 * Never throws: what is wrong comes back as problems, so that one bad account leaves the others alone.
 */
export function resolveAccount(source: AccountSource): ResolvedAccount {
  const { accountKey, environment = {} } = source;
  const root = asSection(source.section);
  const accountPath = `${source.path}.accounts.${accountKey}`;
  const own: unknown = accountKey === undefined ? {} : valueAt(root, ["accounts", accountKey]);
  if (!isSection(own)) {
    const problem = misfit(accountPath, `found ${describeFound(own)}, allowed: an object`);
    return { settings: undefined, problems: [problem], origins: {} };
  }
  const written: readonly (readonly [path: string, section: Section])[] = [
    ...(accountKey === undefined ? [] : [[accountPath, own] as const]),
    [source.path, root],
  ];
  const files = written.map(([path, section]) => readLayer(path, section));
  const fallback = readEnvironment(environment, accountKey);
  const layers = [...files, fallback];

  const merged = mergeLayers(layers);
  const locate = locator(layers);
  const origins = Object.fromEntries(
    Object.keys(merged).map((key) => {
      const { kind, at } = locate([key]);
      return [key, { kind, at }];
    }),
  );
  const fill = source.expandVariables ?? true;
  const expanded = fill ? expandVariables(merged, environment) : findLeftVariables(merged);
  const read = readValues(expanded, locate);

  const problems = [
    ...files.flatMap((layer) => layer.problems),
    ...fallback.doubts.flatMap(({ key, problem }) => (origins[key]?.kind === "environment" ? [problem] : [])),
    ...written.flatMap(([path, section]) => findRetiredKeys(path, section)),
    ...findKeysWithoutEffect(merged, (path) => locate(path).at),
    ...read.problems,
  ];
  const usable = problems.every(({ severity }) => severity === "warning");
  return { settings: usable ? read.settings : undefined, problems, origins };
}
