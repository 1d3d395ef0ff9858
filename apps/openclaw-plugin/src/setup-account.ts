import { ACCOUNT_KEYS, resolveAccount as resolveSettings } from "@dingtalk-kit/config";
import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { storedAccountKey } from "./accounts.ts";
import { CHANNEL_ID, CONFIG_PATH } from "./ids.ts";

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asSection = (value: unknown): Section => (isSection(value) ? value : {});

const channelSection = (cfg: OpenClawConfig): Section => asSection(cfg.channels?.[CHANNEL_ID]);

/** What goes from the top below `accounts` when a second account comes, besides what the host moves for every channel. */
export const PROMOTION = {
  // What belongs to one robot; the rest stays above, where both read it.
  singleAccountKeysToMove: [
    "clientId",
    "clientSecret",
    "appKey",
    "appSecret",
    "app_key",
    "app_secret",
    "robotCode",
    "corpId",
    "dingtalkAgentId",
    "agentId",
    "chatbotUserId",
    "messageType",
    "cardTemplateId",
    "cardTemplateKey",
  ],
  // Accounts that are there already read what stands above them: taking it away would change them.
  namedAccountPromotionKeys: [],
} as const;

export interface AccountPatch {
  readonly set: Section;
  /** Keys that go, so that what stands above or in the environment holds. */
  readonly clear?: readonly string[] | undefined;
}

/**
 * Writes keys of one account where the account stands: a key at the top would lose against `accounts.default`, and one
 * under another spelling of the account's name would make a second account. Other spellings of the same keys go: they
 * would contradict. The account is on afterwards, unless the patch says otherwise.
 */
export function patchAccount(
  cfg: OpenClawConfig,
  accountId: string,
  { set, clear = [] }: AccountPatch,
): OpenClawConfig {
  const section = channelSection(cfg);
  const stored = storedAccountKey(cfg, accountId);
  const paths = [...clear.map((key) => [key]), ...spelledAs(cfg, accountId, [...Object.keys(set), ...clear])];
  if (stored === undefined && accountId === DEFAULT_ACCOUNT_ID) {
    return withSection(cfg, { ...without(section, paths), enabled: true, ...set });
  }
  const accounts = asSection(section["accounts"]);
  const key = stored ?? accountId;
  const account = without(asSection(accounts[key]), paths);
  const values = { ...account, enabled: true, ...ownRobotCode(section, account, set), ...set };
  return withSection(cfg, { ...section, enabled: true, accounts: { ...accounts, [key]: values } });
}

/** What stands at a key of the account, as it is written: its own value, or that of the section above. */
export function writtenValue(cfg: OpenClawConfig, accountId: string, key: string): unknown {
  const section = channelSection(cfg);
  const stored = storedAccountKey(cfg, accountId);
  const own = stored === undefined ? {} : asSection(asSection(section["accounts"])[stored]);
  return own[key] ?? section[key];
}

/** Whether anybody reads this key. Set-up asks for nothing else. */
export const isAccountKey = (key: string): boolean => ACCOUNT_KEYS.includes(key);

/** Another app has another robot: the robot code above belongs to the app above. */
function ownRobotCode(section: Section, account: Section, set: Section): Section {
  const clientId = set["clientId"];
  const inherits = section["robotCode"] !== undefined && account["robotCode"] === undefined;
  return inherits && clientId !== undefined && clientId !== section["clientId"]
    ? { robotCode: clientId }
    : {};
}

type Path = readonly string[];

/** Where the keys stand under other names, at the account's own level. */
function spelledAs(cfg: OpenClawConfig, accountId: string, keys: readonly string[]): readonly Path[] {
  const accountKey = storedAccountKey(cfg, accountId);
  const level = accountKey === undefined ? CONFIG_PATH : `${CONFIG_PATH}.accounts.${accountKey}`;
  const { origins } = resolveSettings({ path: CONFIG_PATH, section: channelSection(cfg), accountKey });
  return keys.flatMap((key) => {
    const { kind, at } = origins[key] ?? {};
    if (kind !== "config" || at?.startsWith(`${level}.`) !== true) return [];
    const spelled = at.slice(level.length + 1);
    return spelled === key ? [] : [spelled.split(".")];
  });
}

function without(section: Section, paths: readonly Path[]): Section {
  return paths.reduce<Section>(removeAt, section);
}

function removeAt(section: Section, [key = "", ...inner]: Path): Section {
  const { [key]: value, ...rest } = section;
  return inner.length > 0 && isSection(value) ? { ...rest, [key]: removeAt(value, inner) } : rest;
}

function withSection(cfg: OpenClawConfig, section: Section): OpenClawConfig {
  return { ...cfg, channels: { ...cfg.channels, [CHANNEL_ID]: section } };
}
