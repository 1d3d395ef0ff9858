import type { ChatRecordEntry, RobotContent } from "./robot-message.ts";
import { asArray, asRecord, isRecord, readNumber, readString, readText } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/** Messages that somebody forwarded as one. The list's key and encoding vary. Observed, not documented. */
export function parseChatRecord(body: WireRecord): RobotContent {
  const list = asArray(body["chatRecord"]) ?? asArray(body["records"]) ?? asArray(body["messages"]) ?? [];
  return {
    kind: "chat-record",
    title: readString(body, "title"),
    summary: parseSummary(body["summary"]),
    entries: list.filter(isRecord).map(parseEntry),
  };
}

function parseSummary(value: unknown): readonly string[] {
  const lines = asArray(value);
  if (lines !== undefined) return lines.filter((line) => typeof line === "string");
  return typeof value === "string" && value !== "" ? [value] : [];
}

function parseEntry(entry: WireRecord): ChatRecordEntry {
  return {
    sender: readString(entry, "senderName", "senderNick", "sender"),
    text: entryText(entry),
    msgtype: readString(entry, "msgType", "msgtype"),
    createdAtMs: readNumber(entry, "createAt", "createdAt", "createTime"),
  };
}

function entryText(entry: WireRecord): string | undefined {
  const plain = readText(entry, "content", "text");
  const body = asRecord(entry["content"]) ?? asRecord(entry["text"]);
  // A string that happens to be a JSON object is somebody's text unless it has the shape of a message body.
  return (body === undefined ? undefined : readText(body, "text", "content")) ?? plain;
}
