import type { ChatRecordEntry, RobotContent } from "./robot-message.ts";
import { asArray, asNumber, asRecord, asString, asText, isRecord } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/** Messages that somebody forwarded as one. The list's key and encoding vary. Observed, not documented. */
export function parseChatRecord(body: WireRecord): RobotContent {
  const list = asArray(body["chatRecord"]) ?? asArray(body["records"]) ?? asArray(body["messages"]) ?? [];
  return {
    kind: "chat-record",
    title: asText(body["title"]),
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
    sender: asText(entry["senderName"]) ?? asText(entry["senderNick"]) ?? asText(entry["sender"]),
    text: entryText(entry),
    msgtype: asText(entry["msgType"]) ?? asText(entry["msgtype"]),
    createdAtMs: asNumber(entry["createAt"]) ?? asNumber(entry["createdAt"]) ?? asNumber(entry["createTime"]),
  };
}

function entryText(entry: WireRecord): string | undefined {
  const plain = asString(entry["content"]) ?? asString(entry["text"]);
  const body = asRecord(entry["content"]) ?? asRecord(entry["text"]);
  // A string that happens to be a JSON object is somebody's text unless it has the shape of a message body.
  return (body === undefined ? undefined : (asString(body["text"]) ?? asString(body["content"]))) ?? plain;
}
