import { isDeepStrictEqual } from "node:util";

import { asSection, isSection, valueAt } from "../section.ts";
import type { Section } from "../section.ts";
import type { Draft } from "./draft.ts";
import { OUR_SECTION } from "./our-section.ts";
import { accountsOf } from "./place-groups.ts";

/** Keys that tell for which plugin a section under our own id was written. */
const MARKS: readonly { readonly writtenFor: string; readonly keys: readonly string[] }[] = [
  {
    writtenFor: "@openclaw-china/channels",
    keys: [
      "connectionMode",
      "enableAICard",
      "maxFileSizeMB",
      "longTaskNoticeDelayMs",
      "gatewayToken",
      "gatewayPassword",
    ],
  },
  {
    writtenFor: "@soimy/dingtalk",
    keys: [
      "cardRealTimeStream",
      "aicardDegradeMs",
      "journalTTLDays",
      "learningEnabled",
      "useConnectionManager",
      "maxReconnectCycles",
      "reconnectDeadlineMs",
      "bypassProxyForSend",
      "convertMarkdownTables",
      "proactivePermissionHint",
      "gatewayCapabilities",
      "agentId",
    ],
  },
  {
    writtenFor: "a recipe with app_key",
    keys: ["app_key", "app_secret", "group_routing", "respond_to_private"],
  },
  { writtenFor: "a custom robot", keys: ["webhookUrl"] },
];

const OURS = "openclaw-plugin-dingtalk";

/** Whose spelling a section under our own id is; the one with the most keys of its own. */
export function writtenFor(section: Section): string {
  const sections = [section, ...Object.values(asSection(section["accounts"])).filter(isSection)];
  const scored = MARKS.map(({ writtenFor: name, keys }) => ({
    name,
    score: keys.filter((key) => sections.some((one) => valueAt(one, [key]) !== undefined)).length,
  }));
  const [best] = scored.toSorted((a, b) => b.score - a.score);
  return best === undefined || best.score === 0 ? OURS : best.name;
}

/** Other plugins let everybody in where nothing is written. Here nobody is: a file of theirs needs a word about it. */
export function warnOfDefaults(draft: Draft, original: Section): void {
  const before = valueAt(original, OUR_SECTION);
  if (!isSection(before) || writtenFor(before) === OURS || isDeepStrictEqual(before, draft.get(OUR_SECTION)))
    return;
  if (isMissing(draft, "dmPolicy")) {
    draft.warn(
      [...OUR_SECTION, "dmPolicy"],
      'is not written: strangers need a pairing code. Other plugins let everybody in then; that is dmPolicy "open" with "*" in allowFrom',
    );
  }
  if (isMissing(draft, "groupPolicy")) {
    draft.warn(
      [...OUR_SECTION, "groupPolicy"],
      'is not written: only groups under groups are answered. Other plugins answer in every group then; that is groupPolicy "open"',
    );
  }
}

/** Whether an account takes a key's default. */
function isMissing(draft: Draft, key: string): boolean {
  if (draft.get([...OUR_SECTION, key]) !== undefined) return false;
  const accounts = accountsOf(draft, OUR_SECTION);
  const top = draft.get([...OUR_SECTION, "clientId"]) !== undefined || accounts.length === 0;
  return top || accounts.some((account) => draft.get([...account, key]) === undefined);
}
