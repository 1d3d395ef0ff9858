/** The names that a list of people is read into. */
export interface SenderList {
  /** Whether anything is written in it: an entry that names nobody still makes the list a list. */
  readonly configured: boolean;
  /** `"*"` stands in the list itself. */
  readonly everybody: boolean;
  /** `"*"` stands in an access group that the list refers to. */
  readonly everybodyByGroup: boolean;
  readonly ids: ReadonlySet<string>;
  /** Access groups that are referred to and not there. */
  readonly missingGroups: readonly string[];
  /** Access groups of a type that cannot be read here. */
  readonly unsupportedGroups: readonly string[];
}

/** What an access group resolves to: its entries, or why it has none. */
export type GroupEntries = readonly string[] | "missing" | "unsupported";

const CHANNEL_PREFIX = /^(?:dingtalk|dd|ding|ddingtalk):/i;
const PERSON_PREFIX = /^(?:user|staff):\s*/i;
const GROUP_REFERENCE = /^accessGroup:\s*(?<name>\S.*)$/su;

/** A sender's id as the lists are compared with it: without channel and `user:` before it. Keeps the letter case. */
export function canonicalSenderId(raw: string): string {
  let rest = raw.trim();
  while (CHANNEL_PREFIX.test(rest)) rest = rest.replace(CHANNEL_PREFIX, "").trim();
  return rest.replace(PERSON_PREFIX, "").trim();
}

/** Reads the entries of a list; blank ones do not count. */
export function readSenderList(
  entries: readonly string[],
  groupEntries: (name: string) => GroupEntries,
): SenderList {
  const written = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  const names = new Set(written.flatMap((entry) => GROUP_REFERENCE.exec(entry)?.groups?.["name"] ?? []));
  const direct = written.filter((entry) => !GROUP_REFERENCE.test(entry));
  const groups = [...names].map((name) => ({ name, entries: groupEntries(name) }));
  const members = groups
    .flatMap(({ entries: found }) => (typeof found === "string" ? [] : found))
    .map((entry) => entry.trim());
  const namesOf = (outcome: GroupEntries): string[] =>
    groups.filter(({ entries: found }) => found === outcome).map(({ name }) => name);
  return {
    configured: written.length > 0,
    everybody: direct.includes("*"),
    everybodyByGroup: members.includes("*"),
    ids: new Set(
      [...direct, ...members]
        .filter((entry) => entry !== "*")
        .map(canonicalSenderId)
        .filter((id) => id !== ""),
    ),
    missingGroups: namesOf("missing"),
    unsupportedGroups: namesOf("unsupported"),
  };
}

/** Whether the list lets this sender in. */
export function includesSender(list: SenderList, senderId: string): boolean {
  return list.everybody || list.everybodyByGroup || namesSender(list, senderId);
}

/** Whether the list names this very sender; `"*"` names nobody. */
export function namesSender(list: SenderList, senderId: string): boolean {
  return list.ids.has(canonicalSenderId(senderId));
}

/** Why the list may lack somebody who should be in it. */
export function groupFault(
  list: SenderList,
): "access_group_unsupported" | "access_group_missing" | undefined {
  if (list.unsupportedGroups.length > 0) return "access_group_unsupported";
  return list.missingGroups.length > 0 ? "access_group_missing" : undefined;
}

/** Names nobody. */
export const EMPTY_LIST: SenderList = readSenderList([], () => "missing");
