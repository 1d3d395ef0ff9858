import { isDeepStrictEqual } from "node:util";

import { asSection, isSection, valueAt } from "../section.ts";
import type { Draft, Path } from "./draft.ts";
import { dotted } from "./draft.ts";

/** Which account of ours an account of another plugin became. */
export type AdoptedAccounts = ReadonlyMap<string, string>;

const OURS = "dingtalk";

/** Maps of the host with a key for each channel. */
const BY_CHANNEL: readonly Path[] = [
  ["channels", "modelByChannel"],
  ["commands", "allowFrom"],
  ["tools", "elevated", "allowFrom"],
];

/** Lists of people with the channel before their id. */
const PEOPLE: readonly Path[] = [["commands", "ownerAllowFrom"]];

/** Makes what the host says about another plugin's channel hold for ours. */
export function redirectReferences(draft: Draft, channel: string, accounts: AdoptedAccounts): void {
  redirectBindings(draft, channel, accounts);
  for (const path of BY_CHANNEL) redirectMap(draft, path, channel);
  for (const path of PEOPLE) redirectPeople(draft, path, channel);
  allowPlugin(draft, channel);
  warnOfMentions(draft, channel);
}

function redirectBindings(draft: Draft, channel: string, accounts: AdoptedAccounts): void {
  const bindings = draft.get(["bindings"]);
  if (!Array.isArray(bindings)) return;
  const changed = bindings.map((binding: unknown, index) => {
    const match = valueAt(binding, ["match"]);
    if (!isSection(binding) || !isSection(match) || match["channel"] !== channel) return binding;
    const { accountId = "default" } = match;
    const target = typeof accountId === "string" ? accounts.get(accountId.trim().toLowerCase()) : undefined;
    if (accountId === "*" && [...accounts].every(([old, current]) => old === current)) {
      return { ...binding, match: { ...match, channel: OURS } };
    }
    if (target === undefined) {
      draft.warn(
        ["bindings", String(index)],
        `is for the channel ${channel}, and none of its accounts. Write one for ${OURS}`,
      );
      return binding;
    }
    const account = target === accountId || target === "default" ? {} : { accountId: target };
    return { ...binding, match: { ...match, channel: OURS, ...account } };
  });
  if (!isDeepStrictEqual(changed, bindings)) {
    draft.set(["bindings"], changed, `leads what came over ${channel} to the same agents`);
  }
}

function redirectMap(draft: Draft, path: Path, channel: string): void {
  const value = draft.get([...path, channel]);
  if (value === undefined) return;
  if (draft.get([...path, OURS]) === undefined) {
    draft.move([...path, channel], [...path, OURS], `the channel is ${OURS} now`);
  } else {
    draft.warn([...path, channel], `stays: ${dotted([...path, OURS])} says something already`);
  }
}

function redirectPeople(draft: Draft, path: Path, channel: string): void {
  const value = draft.get(path);
  if (!Array.isArray(value)) return;
  const changed = value.map((entry: unknown) =>
    typeof entry === "string" && entry.startsWith(`${channel}:`)
      ? `${OURS}${entry.slice(channel.length)}`
      : entry,
  );
  if (!isDeepStrictEqual(changed, value)) {
    draft.set(path, changed, `names people of the channel ${channel} as those of ${OURS}`);
  }
}

/** A list of allowed plugins that has theirs must have ours. */
function allowPlugin(draft: Draft, channel: string): void {
  const { allow } = asSection(draft.get(["plugins"]));
  if (!Array.isArray(allow) || !allow.includes(channel) || allow.includes(OURS)) return;
  draft.set(
    ["plugins", "allow"],
    [...allow, OURS],
    `lets OpenClaw load the plugin that takes the place of ${channel}`,
  );
}

/** Where else the file speaks of their channel, such as in `session.identityLinks`. */
function warnOfMentions(draft: Draft, channel: string): void {
  const { channels: _channels, plugins: _plugins, bindings: _bindings, ...rest } = draft.config;
  for (const path of mentions([], rest, channel)) {
    draft.warn(path, `speaks of the channel ${channel}. If it is meant for ours, write ${OURS} there`);
  }
}

function mentions(path: Path, value: unknown, channel: string): readonly Path[] {
  if (typeof value === "string") return value === channel || value.startsWith(`${channel}:`) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => mentions([...path, key], inner, channel));
}
