import { maskId } from "@dingtalk-kit/protocol";

import { ACCOUNT_KEYS } from "../account-keys.ts";
import { readListsApart } from "../misplaced-groups.ts";
import { asSection, isSection, valueAt } from "../section.ts";
import type { Section } from "../section.ts";
import { SPELLINGS } from "../spellings.ts";
import type { Draft, Path } from "./draft.ts";
import { createDraft, dotted } from "./draft.ts";
import type { LegacyPlace, LegacyPlugin } from "./legacy-plugins.ts";
import { OUR_SECTION } from "./our-section.ts";
import { accountsOf } from "./place-groups.ts";
import type { AdoptedAccounts } from "./redirect-references.ts";
import { respellSection } from "./respell.ts";

/** We have settings already: each of their accounts becomes one of ours, unless we have its app. */
export function adoptAccounts(draft: Draft, plugin: LegacyPlugin, place: LegacyPlace): AdoptedAccounts {
  const { path, isSetting } = place;
  const top = settingsAt(draft, path, isSetting);
  const apart = readListsApart(pick(asSection(draft.get(path)), isSetting))?.groups ?? {};
  const isOff = draft.get([...path, "enabled"]) === false;
  const adopted = new Map<string, string>();
  const copied = new Set<string>();
  let complete = true;
  for (const account of [path, ...accountsOf(draft, path)]) {
    const own = settingsAt(draft, account, isSetting);
    const { name: _name, ...inherited } = account === path ? {} : top;
    const settings: Section = { ...inherited, ...own, ...groupsOf(own, account === path ? {} : apart) };
    const clientId = clientIdOf(settings);
    // Settings at the top without an app of their own are there to be inherited, and who has none is the top again.
    if (account === path ? clientId === undefined : Object.keys(own).length === 0) continue;
    if (clientId === undefined || clientIdsOf(draft).includes(clientId)) {
      complete = false;
      leave(draft, account, { clientId, place });
      continue;
    }
    const oldId = account === path ? "default" : (account.at(-1) ?? "");
    const newId = freeId(draft, account === path ? plugin.id : oldId, plugin.id);
    adopted.set(oldId.toLowerCase(), newId);
    adoptAccount(draft, plugin, { account, settings, newId });
    if (place.isChannel && isOff)
      draft.set([...OUR_SECTION, "accounts", newId, "enabled"], false, `as in ${dotted(path)}`);
    if (account !== path) removeSettings(draft, account, place);
    for (const key of Object.keys(account === path ? settings : inherited)) {
      if (account === path || !Object.hasOwn(own, key)) copied.add(key);
    }
  }
  // What every account had a value of its own for stands nowhere else, and accounts that stay may need the rest.
  if (complete || adopted.has("default")) removeCopied(draft, place, copied);
  return adopted;
}

/** An account's own groups, with those that it inherits by a list, which is none here: the two would replace each other. */
function groupsOf(own: Section, listed: Section): Section {
  const { groups, groupAllowFrom } = own;
  if (!isSection(groups) || groupAllowFrom !== undefined || Object.keys(listed).length === 0) return {};
  return { groups: { ...listed, ...groups } };
}

interface Adoption {
  readonly account: Path;
  /** What holds for the account, in our names. */
  readonly settings: Section;
  readonly newId: string;
}

function adoptAccount(draft: Draft, plugin: LegacyPlugin, { account, settings, newId }: Adoption): void {
  const target = [...OUR_SECTION, "accounts", newId];
  const why = `settings of ${plugin.packageName}: from ${dotted(account)}`;
  for (const [key, value] of Object.entries(settings)) draft.set([...target, key], value, why);
  const enabled = draft.get([...account, "enabled"]);
  if (account.includes("accounts") && isSwitch(enabled)) draft.set([...target, "enabled"], enabled, why);
  plugin.translate(draft, target);
  plugin.spellOut(draft, target);
  pinAgainstTop(draft, target);
}

/** What is set at a place, in our names. */
function settingsAt(draft: Draft, path: Path, isSetting: LegacyPlace["isSetting"]): Section {
  const scratch = createDraft({ section: pick(asSection(draft.get(path)), isSetting) });
  respellSection(scratch, ["section"]);
  return asSection(scratch.get(["section"]));
}

function removeSettings(draft: Draft, account: Path, { isSetting }: LegacyPlace): void {
  const enabled = draft.get([...account, "enabled"]);
  removeKeys(draft, account, (key) => isSetting(key) || (key === "enabled" && isSwitch(enabled)));
}

/** Removes what stands at the top there and in accounts of ours. A part that could not be read keeps its key there. */
function removeCopied(draft: Draft, { path, isSetting }: LegacyPlace, copied: ReadonlySet<string>): void {
  const together = settingsAt(draft, path, isSetting);
  const isGone = (key: string): boolean => {
    const alone = Object.keys(settingsAt(draft, path, (other) => other === key));
    return (
      isSetting(key) &&
      [...alone, ...(Object.hasOwn(together, key) ? [key] : [])].every((name) => copied.has(name))
    );
  };
  const gone = Object.keys(asSection(draft.get(path))).filter(isGone);
  removeKeys(draft, path, (key) => gone.includes(key));
}

export const isSwitch = (value: unknown): boolean => typeof value === "boolean";

function pick(section: Section, wanted: (key: string) => boolean): Section {
  return Object.fromEntries(Object.entries(section).filter(([key]) => wanted(key)));
}

const ID_PATHS: readonly Path[] = [
  ["clientId"],
  ...SPELLINGS.filter(({ to }) => to.join(".") === "clientId").map(({ from }) => from),
];

/** The client id of a section or account, in any spelling. */
function clientIdOf(section: Section): string | undefined {
  const ids = ID_PATHS.map((path) => valueAt(section, path));
  const found = ids.find((id) => typeof id === "string" || typeof id === "number");
  return found === undefined ? undefined : String(found).trim();
}

/** Client ids of all our accounts. */
function clientIdsOf(draft: Draft): readonly string[] {
  const places = [OUR_SECTION, ...accountsOf(draft, OUR_SECTION)];
  return places.flatMap((place) => clientIdOf(asSection(draft.get(place))) ?? []);
}

function removeKeys(draft: Draft, path: Path, wanted: (key: string) => boolean): void {
  for (const key of Object.keys(asSection(draft.get(path)))) {
    if (wanted(key)) draft.remove([...path, key], `stands in ${dotted(OUR_SECTION)}.accounts now`);
  }
}

interface Twin {
  readonly clientId: string | undefined;
  readonly place: LegacyPlace;
}

function leave(draft: Draft, account: Path, { clientId, place }: Twin): void {
  if (clientId === undefined) return draft.warn(account, "has no client id and stays as it is");
  const enabled = draft.get([...account, "enabled"]);
  if (place.isChannel && (enabled === undefined || enabled === true)) {
    const why = `${dotted(OUR_SECTION)} has the same app, and DingTalk would give each message to one of the two`;
    draft.set([...account, "enabled"], false, why);
  }
  const twin = `has the same clientId ${maskId(clientId)} as an account of ${dotted(OUR_SECTION)}`;
  draft.warn(account, `${twin}, whose settings hold. It is kept, and switched off`);
}

/** An id that no account has yet; the host does not look at letter case. */
function freeId(draft: Draft, wanted: string, pluginId: string): string {
  const accounts = Object.keys(asSection(draft.get([...OUR_SECTION, "accounts"])));
  const taken = new Set(["default", ...accounts.map((id) => id.toLowerCase())]);
  const isFree = (id: string): boolean => !taken.has(id.toLowerCase());
  if (isFree(wanted)) return wanted;
  const base = wanted === pluginId ? pluginId : `${pluginId}-${wanted}`;
  if (isFree(base)) return base;
  let count = 2;
  while (!isFree(`${base}-${count}`)) count++;
  return `${base}-${count}`;
}

/** What an account says when nothing is written, for keys that it would inherit now and did not before. */
const STANDARD: Readonly<Record<string, unknown>> = {
  allowFrom: [],
  groupAllowFrom: ["*"],
  groups: {},
  requireMention: true,
  respondToMentions: true,
  respondToPrivate: true,
  respondToEverybody: false,
  allowBots: false,
  ownerAllowFrom: [],
  keywordRoutes: {},
};

const IDENTITY: ReadonlySet<string> = new Set(["enabled", "name", "clientId", "clientSecret", "robotCode"]);

/** The account would take over what stands at our top: access keys are spelled out, the rest is named. */
function pinAgainstTop(draft: Draft, account: Path): void {
  const top = asSection(draft.get(OUR_SECTION));
  const missing = ACCOUNT_KEYS.filter(
    (key) => valueAt(top, [key]) !== undefined && draft.get([...account, key]) === undefined,
  );
  for (const key of missing.filter((name) => Object.hasOwn(STANDARD, name))) {
    draft.set([...account, key], STANDARD[key], "keeps the value at the top away from it");
  }
  const inherited = missing.filter((key) => !Object.hasOwn(STANDARD, key) && !IDENTITY.has(key));
  if (inherited.length > 0)
    draft.warn(account, `takes over from ${dotted(OUR_SECTION)}: ${inherited.join(", ")}`);
}
