import { ACCOUNT_KEYS } from "../account-keys.ts";
import { HOST_KEYS } from "../host-keys.ts";
import { INCLUDE } from "../known-names.ts";
import { asSection, isSection } from "../section.ts";
import type { Section } from "../section.ts";
import { SPELLINGS } from "../spellings.ts";
import { adoptAccounts, isSwitch } from "./adopt-accounts.ts";
import type { Draft, Path } from "./draft.ts";
import { dotted } from "./draft.ts";
import { LEGACY_PLUGINS } from "./legacy-plugins.ts";
import type { LegacyPlace, LegacyPlugin } from "./legacy-plugins.ts";
import { OUR_SECTION } from "./our-section.ts";
import { accountsOf } from "./place-groups.ts";
import { redirectReferences } from "./redirect-references.ts";
import type { AdoptedAccounts } from "./redirect-references.ts";
import { respellSection } from "./respell.ts";

/** Keys of a section or account that go along when its settings become ours. */
const MOVABLE: ReadonlySet<string> = new Set([
  ...ACCOUNT_KEYS.filter((key) => key !== "enabled"),
  ...SPELLINGS.map(({ from }) => from[0] ?? ""),
  ...HOST_KEYS.map(({ name }) => name),
]);

function placesOf({ id, stays }: LegacyPlugin): readonly LegacyPlace[] {
  const isSetting = (key: string): boolean => MOVABLE.has(key) && !stays.includes(key);
  const credentials = ["clientId", "clientSecret", "appKey", "appSecret", "app_key", "app_secret"];
  const entry = ["plugins", "entries", id];
  return [
    { path: ["channels", id], isSetting, isChannel: true },
    { path: [...entry, "config"], isSetting, isChannel: false },
    { path: entry, isSetting: (key) => credentials.includes(key), isChannel: false },
  ];
}

/** Takes the settings of other DingTalk plugins over into our section. */
export function adoptLegacy(draft: Draft): void {
  for (const plugin of LEGACY_PLUGINS) {
    for (const place of placesOf(plugin)) adoptPlace(draft, plugin, place);
  }
}

function adoptPlace(draft: Draft, plugin: LegacyPlugin, place: LegacyPlace): void {
  const section = draft.get(place.path);
  if (!isSection(section) || !hasSettings(draft, section, place)) return;
  draft.found(place.path, plugin.packageName);
  const ours = draft.get(OUR_SECTION);
  if (ours !== undefined && !isSection(ours))
    return draft.warn(OUR_SECTION, "is no section: nothing can be put there");
  if ([...includes(section), ...includes(asSection(ours))].length > 0) {
    const message = `comes from another file in part ($include) and stays as it is. Next: move it to ${dotted(OUR_SECTION)} by hand`;
    return draft.warn(place.path, message);
  }
  const blank = Object.keys(asSection(ours)).every((key) => key === "enabled");
  const adopted = blank ? adoptWhole(draft, plugin, place) : adoptAccounts(draft, plugin, place);
  if (adopted.size === 0) return;
  warnOfPairing(draft, plugin);
  redirectReferences(draft, plugin.id, adopted);
  retire(draft, plugin, place.path);
}

function hasSettings(draft: Draft, section: Section, { path, isSetting }: LegacyPlace): boolean {
  const accounts = accountsOf(draft, path).map((account) => asSection(draft.get(account)));
  return [section, ...accounts].some((keys) => Object.keys(keys).some(isSetting));
}

function includes(section: Section): readonly string[] {
  const accounts = Object.values(asSection(section["accounts"])).filter(isSection);
  return [section, ...accounts].flatMap((keys) => Object.keys(keys).filter((key) => key === INCLUDE));
}

/** Our section is empty: theirs becomes it, accounts and all. */
function adoptWhole(
  draft: Draft,
  plugin: LegacyPlugin,
  { path, isSetting, isChannel }: LegacyPlace,
): AdoptedAccounts {
  const why = `settings of ${plugin.packageName}`;
  const accounts = accountsOf(draft, path).map((account) => account.at(-1) ?? "");
  if (isChannel) adoptSwitch(draft, path, why);
  const moveKeys = (from: Path, to: Path, also: readonly string[]): void => {
    for (const key of Object.keys(asSection(draft.get(from)))) {
      if (isSetting(key) || also.includes(key)) draft.move([...from, key], [...to, key], why);
    }
  };
  for (const id of accounts) {
    const [from, to] = [
      [...path, "accounts", id],
      [...OUR_SECTION, "accounts", id],
    ];
    if (Object.keys(asSection(draft.get(from))).length === 0) draft.move(from, to, why);
    else moveKeys(from, to, ["enabled"]);
  }
  moveKeys(path, OUR_SECTION, ["defaultAccount"]);
  const ours = [OUR_SECTION, ...accounts.map((id): Path => [...OUR_SECTION, "accounts", id])];
  for (const place of ours) {
    respellSection(draft, place);
    plugin.translate(draft, place);
  }
  spellOutWhole(draft, plugin, ours.slice(1));
  return new Map(["default", ...accounts].map((id) => [id.toLowerCase(), id]));
}

function adoptSwitch(draft: Draft, path: Path, why: string): void {
  const theirs = draft.get([...path, "enabled"]);
  const ours = draft.get([...OUR_SECTION, "enabled"]);
  if (theirs !== undefined && ours === undefined) {
    draft.set([...OUR_SECTION, "enabled"], theirs, `${why}: as in ${dotted(path)}`);
  } else if (ours === false && theirs !== false) {
    draft.warn(
      [...OUR_SECTION, "enabled"],
      "is false, so nothing starts. Set it to true when the other plugin is off",
    );
  }
}

/** An account with a list of people of its own may be closed where the others are open. */
function spellOutWhole(draft: Draft, plugin: LegacyPlugin, accounts: readonly Path[]): void {
  if (plugin.policyByPeople && draft.get([...OUR_SECTION, "dmPolicy"]) === undefined) {
    for (const account of accounts) {
      if (draft.get([...account, "allowFrom"]) !== undefined) plugin.spellOut(draft, account);
    }
  }
  plugin.spellOut(draft, OUR_SECTION);
}

/** No other plugin does what its `pairing` says. */
function warnOfPairing(draft: Draft, { packageName }: LegacyPlugin): void {
  for (const place of [OUR_SECTION, ...accountsOf(draft, OUR_SECTION)]) {
    if (draft.get([...place, "dmPolicy"]) !== "pairing") continue;
    const message = `is "pairing": ${packageName} let everybody in all the same; here strangers get a code that you approve`;
    draft.warn([...place, "dmPolicy"], message);
  }
}

/** What is left in their section has no counterpart: it stays, switched off. */
function retire(draft: Draft, { id, packageName }: LegacyPlugin, path: Path): void {
  if (path.at(-1) !== id || path[0] !== "channels") return;
  const left = asSection(draft.get(path));
  const { enabled } = left;
  const said =
    enabled === undefined || isSwitch(enabled) || enabled === draft.get([...OUR_SECTION, "enabled"]);
  if (said && Object.keys(left).every((key) => key === "enabled")) {
    if (draft.get(path) !== undefined) draft.remove(path, `all of it stands in ${dotted(OUR_SECTION)} now`);
  } else {
    if (said && enabled !== false) {
      draft.set(
        [...path, "enabled"],
        false,
        `one app may have one owner, which is ${dotted(OUR_SECTION)} now`,
      );
    }
    const names = Object.keys(left).filter((key) => key !== "enabled" || !said);
    draft.warn(path, `keeps what has no counterpart here: ${names.join(", ")}`);
  }
  draft.warn(
    OUR_SECTION,
    `takes the place of ${packageName}: conversations begin anew, and people that were approved by a pairing code there need a new one`,
  );
}
