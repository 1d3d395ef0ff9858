import { randomUUID } from "node:crypto";

import type { Turn } from "@dingtalk-kit/turn";

import { processWide } from "./process-wide.ts";

const given = processWide("host-message-ids-1", () => new Set<string>());
const MAX_REMEMBERED = 10_000;

/**
 * The id by which the host is to know this message. It takes each id once, remembers it beyond a reload of the plugin,
 * and marks those that a crash cut off: a message that comes again needs an id of its own. The first time it is DingTalk's.
 */
export function hostMessageId({ key, attempt, journal }: Turn): string {
  const name = JSON.stringify(key);
  const isFirst = attempt === 1 && journal.earlier === undefined && !given().has(name);
  if (given().size >= MAX_REMEMBERED) given().clear();
  given().add(name);
  return isFirst ? key.messageId : `${key.messageId}#${randomUUID().slice(0, 8)}`;
}
