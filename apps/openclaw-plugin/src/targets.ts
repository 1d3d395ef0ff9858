import type { Target } from "@dingtalk-kit/protocol";

/** Prefixes that name this channel in targets and allowlists, ours and those of other DingTalk plugins. */
export const TARGET_PREFIXES: readonly string[] = ["dingtalk", "dd", "ding", "ddingtalk"];

const CHANNEL_PREFIX = new RegExp(`^(?:${TARGET_PREFIXES.join("|")}):`, "i");
/** Encoded ids of people outside the corp: they name a person, but nothing can be sent to them. */
const OPAQUE_SENDER = /^\$:/;
const KIND_PREFIX = /^(user|staff|group|chat|conversation):(.*)$/is;
const GROUP_ID = /^cid\S{6,}$/;

function stripChannel(raw: string): string {
  let rest = raw.trim();
  while (CHANNEL_PREFIX.test(rest)) rest = rest.replace(CHANNEL_PREFIX, "").trim();
  return rest;
}

/** What somebody wrote for a target: an id, a name that has to be looked up, or with both what may be either. */
export type WrittenTarget =
  | { readonly id: Target; readonly name?: undefined; readonly among?: undefined }
  | {
      readonly name: string;
      /** Whose name it is, where that was said. */
      readonly among: "user" | "group" | undefined;
      readonly id?: Target | undefined;
    };

/** Staff ids are what an administrator chose; nobody has seen any with other letters than these. */
const STAFF_ID = /^[!-~]+$/;

/** Reads an id or a name, with or without the channel and the kind before it. @returns undefined for neither */
export function readTarget(raw: string): WrittenTarget | undefined {
  const rest = stripChannel(raw);
  const [, prefix = "", named = rest] = KIND_PREFIX.exec(rest) ?? /^([@#])(.+)$/s.exec(rest) ?? [];
  const name = named.trim();
  if (name === "" || OPAQUE_SENDER.test(name) || /^[a-z]+:\/\//i.test(name)) return undefined;
  const user: Target = { kind: "user", staffId: name };
  if (/^(user|staff)$/i.test(prefix)) return STAFF_ID.test(name) ? { id: user } : { name, among: "user" };
  if (prefix === "@") return { name, among: "user" };
  const isGroupId = prefix === "" || prefix === "#" ? GROUP_ID.test(name) : /^cid\S+$/.test(name);
  if (isGroupId) return { id: { kind: "group", conversationId: name } };
  if (prefix !== "") return { name, among: "group" };
  const mayBeId = STAFF_ID.test(name) && !name.includes(":");
  return { name, among: undefined, ...(mayBeId && { id: user }) };
}

/**
 * Reads where a message should go, as far as that needs no look-up: `user:<staffId>`, `group:<openConversationId>`, a
 * bare `cid…` (a group) or a bare staff id, each with or without `dingtalk:` before it. Ids keep their case: DingTalk
 * tells them apart by it.
 *
 * @returns undefined when nothing can be sent there.
 */
export function parseTarget(raw: string): Target | undefined {
  return readTarget(raw)?.id;
}

/** The canonical spelling: what {@link parseTarget} reads back. */
export function formatTarget(target: Target): string {
  return target.kind === "group" ? `group:${target.conversationId}` : `user:${target.staffId}`;
}

/** An allowlist entry without its prefixes. Keeps the case. */
export function stripAllowPrefix(entry: string): string {
  return stripChannel(entry)
    .replace(/^(?:user|staff):\s*/i, "")
    .trim();
}
