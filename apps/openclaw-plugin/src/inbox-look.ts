import type { JsonValue } from "@dingtalk-kit/protocol";
import { plainText } from "@dingtalk-kit/protocol";
import type { InboxCounts, InboxEntry } from "@dingtalk-kit/store";
import { messageOf } from "@dingtalk-kit/turn";

import type { FoundMessage } from "./inbox-find.ts";
import type { Place, Places } from "./inbox-places.ts";
import { columns, refuse, timeOf } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";
import type { ListRequest } from "./inbox-request.ts";

type JsonFields = Readonly<Record<string, JsonValue>>;

/** The latest messages of all places, and how many there are in each state. */
export async function listMessages(
  places: Places,
  { state, limit }: Pick<ListRequest, "state" | "limit">,
): Promise<InboxReply> {
  const looks = await Promise.all(
    places.found.map(async (place) => ({
      place,
      counts: await place.store.inbox.counts(),
      entries: (await place.store.inbox.list({ state, order: "newest", limit })).entries,
    })),
  );
  const latest = looks
    .flatMap(({ place, entries }) => entries.map((entry) => ({ place, entry })))
    .toSorted((a, b) => b.entry.appendedAtMs - a.entry.appendedAtMs)
    .slice(0, limit);
  return {
    exitCode: 0,
    data: {
      accounts: looks.map(({ place, counts }) => accountFields(place, counts)),
      messages: latest.map(messageFields),
      problems: [...places.problems],
    },
    lines: [
      ...columns(looks.map(({ place, counts }) => [`${place.accountId}:`, countLine(counts)])),
      ...places.problems,
      "",
      ...(latest.length === 0 ? ["No messages."] : messageTable(latest)),
    ],
  };
}

/** One message, without its text. */
export function showMessage({ place, entry }: FoundMessage): InboxReply {
  const fields = messageFields({ place, entry });
  const shown = Object.entries(fields).filter(([, value]) => value !== null);
  return {
    exitCode: 0,
    data: { message: fields },
    lines: columns(
      shown.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  };
}

/** One message with its text. */
export async function showText({ place, entry }: FoundMessage): Promise<InboxReply> {
  const { data, lines } = showMessage({ place, entry });
  const text = textOf((await place.store.inbox.show(entry))?.body);
  if (text === undefined) {
    return refuse({
      code: "no-text",
      message: `The text of ${entry.messageId} is gone: it was erased, has outlived retention.textDays, or cannot be read.`,
      next: "`openclaw dingtalk explain` still tells what happened to it",
    });
  }
  return { exitCode: 0, data: { ...data, text }, lines: [...lines, "", text] };
}

/** What the person wrote; `undefined` when it is gone. */
export function textOf(body: JsonValue | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    return plainText(messageOf(body).content);
  } catch {
    return undefined;
  }
}

/** A message as JSON. */
export function messageFields({ place, entry }: FoundMessage): JsonFields {
  const { messageId, robotCode, sender, state, attempts, reason, appendedAtMs, endedAtMs } = entry;
  return {
    messageId,
    accountId: place.accountId,
    robotCode,
    conversationId: conversationOf(entry),
    sender: sender ?? null,
    state,
    attempts,
    reason: reason ?? null,
    arrivedAt: timeOf(appendedAtMs),
    endedAt: endedAtMs === undefined ? null : timeOf(endedAtMs),
  };
}

/** A lane is named `robot code|conversation`, with a further part for messages that pass the queue. */
function conversationOf({ lane }: InboxEntry): string {
  return lane.split("|")[1] ?? lane;
}

function accountFields({ accountId, file, running }: Place, counts: InboxCounts): JsonFields {
  const { oldestWaitingAtMs, ...numbers } = counts;
  const oldestWaitingAt = oldestWaitingAtMs === undefined ? null : timeOf(oldestWaitingAtMs);
  return { accountId, file, active: running, ...numbers, oldestWaitingAt };
}

function countLine({ waiting, running, done, dead, dropped, oldestWaitingAtMs }: InboxCounts): string {
  const since = oldestWaitingAtMs === undefined ? "" : ` (the oldest since ${timeOf(oldestWaitingAtMs)})`;
  return `${waiting} waiting${since}, ${running} running, ${dead} dead, ${dropped} dropped, ${done} done`;
}

function messageTable(messages: readonly FoundMessage[]): readonly string[] {
  const rows = messages.map(({ place, entry }) => [
    timeOf(entry.appendedAtMs),
    entry.state,
    entry.messageId,
    place.accountId,
    entry.sender ?? "",
    conversationOf(entry),
    String(entry.attempts),
    entry.reason ?? "",
  ]);
  return columns([
    ["arrived", "state", "message", "account", "sender", "conversation", "attempts", "reason"],
    ...rows,
  ]);
}
