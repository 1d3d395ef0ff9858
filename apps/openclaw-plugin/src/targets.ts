import type { Target } from "@dingtalk-kit/protocol";

/** Prefixes that name this channel in targets and allowlists, ours and those of other DingTalk plugins. */
export const TARGET_PREFIXES: readonly string[] = ["dingtalk", "dd", "ding", "ddingtalk"];

const CHANNEL_PREFIX = new RegExp(`^(?:${TARGET_PREFIXES.join("|")}):`, "i");
/** Encoded ids of people outside the corp: they name a person, but nothing can be sent to them. */
const OPAQUE_SENDER = /^\$:/;
const GROUP_ID = /^cid\S{6,}$/;

function stripChannel(raw: string): string {
  let rest = raw.trim();
  while (CHANNEL_PREFIX.test(rest)) rest = rest.replace(CHANNEL_PREFIX, "").trim();
  return rest;
}

/**
 * Reads where a message should go: `user:<staffId>`, `group:<openConversationId>`, a bare `cid…` (a group) or a bare
 * staff id, each with or without `dingtalk:` before it. Ids keep their case: DingTalk tells them apart by it.
 *
 * @returns undefined when nothing can be sent there.
 */
export function parseTarget(raw: string): Target | undefined {
  const rest = stripChannel(raw);
  const [, kind, id] = /^(user|staff|group|chat|conversation):\s*(\S+)$/i.exec(rest) ?? [];
  if (kind !== undefined && id !== undefined) {
    if (!/^(user|staff)$/i.test(kind)) return { kind: "group", conversationId: id };
    return OPAQUE_SENDER.test(id) ? undefined : { kind: "user", staffId: id };
  }
  if (GROUP_ID.test(rest)) return { kind: "group", conversationId: rest };
  if (rest === "" || /\s/.test(rest) || rest.includes(":")) return undefined;
  return { kind: "user", staffId: rest };
}

/** The canonical spelling: what {@link parseTarget} reads back. */
export function formatTarget(target: Target): string {
  return target.kind === "group" ? `group:${target.conversationId}` : `user:${target.staffId}`;
}

/** Whether this is an id, as opposed to a name that a directory would have to look up. */
export function looksLikeTarget(raw: string): boolean {
  return (
    CHANNEL_PREFIX.test(raw.trim()) ||
    /^(user|staff|group|chat|conversation):/i.test(raw) ||
    GROUP_ID.test(raw)
  );
}

/** An allowlist entry without its prefixes. Keeps the case. */
export function stripAllowPrefix(entry: string): string {
  return stripChannel(entry)
    .replace(/^(?:user|staff):\s*/i, "")
    .trim();
}
