import { readDurationMs } from "./media-duration.ts";
import { parseCardContent } from "./parse-card-content.ts";
import { parseChatRecord } from "./parse-chat-record.ts";
import { parseRichText, richTextList } from "./parse-rich-text.ts";
import type { RobotContent } from "./robot-message.ts";
import { asRecord, readString, readText } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

const EMPTY: WireRecord = {};

/**
 * What a message says. `wire` is a robot message, or a quoted one; its body stands under `content` (an object or JSON
 * text) or under the name of its type (`text`, the older `richText`).
 */
export function parseRobotContent(wire: WireRecord, msgtype: string | undefined): RobotContent {
  const body = bodyOf(wire, msgtype);
  switch (msgtype ?? guessType(wire, body) ?? "") {
    case "text":
      return { kind: "text", text: (textOf(wire, body) ?? "").trim() };
    case "richText":
      return { kind: "rich-text", parts: parseRichText(richTextList(body) === undefined ? wire : body) };
    case "picture":
      return { kind: "picture", downloadCode: readString(body, "downloadCode", "pictureDownloadCode") };
    case "audio":
      return parseAudio(body);
    case "video":
      return parseVideo(body);
    case "file":
      return parseFile(body);
    case "markdown":
      return { kind: "markdown", text: (textOf(wire, body) ?? "").trim() };
    case "interactiveCard":
    case "actionCard":
      return parseCardContent(body);
    case "chatRecord":
      return parseChatRecord(body);
    default:
      return parseUnsupported(wire, body, msgtype);
  }
}

function bodyOf(wire: WireRecord, msgtype: string | undefined): WireRecord {
  const named = msgtype !== undefined && Object.hasOwn(wire, msgtype) ? asRecord(wire[msgtype]) : undefined;
  return named ?? asRecord(wire["content"]) ?? asRecord(wire["text"]) ?? EMPTY;
}

/** Some quotes come without a type. */
function guessType(wire: WireRecord, body: WireRecord): string | undefined {
  if (richTextList(body) !== undefined || richTextList(wire) !== undefined) return "richText";
  return textOf(wire, body) === undefined ? undefined : "text";
}

/** `{ content }`, `{ text }`, or plain text: quotes come in all three. */
function textOf(wire: WireRecord, body: WireRecord): string | undefined {
  return readText(body, "content", "text") ?? readText(wire, "content", "text");
}

function parseAudio(body: WireRecord): RobotContent {
  return {
    kind: "audio",
    downloadCode: readString(body, "downloadCode"),
    durationMs: readDurationMs(body["duration"]),
    recognition: readText(body, "recognition")?.trim(),
  };
}

function parseVideo(body: WireRecord): RobotContent {
  return {
    kind: "video",
    downloadCode: readString(body, "downloadCode"),
    durationMs: readDurationMs(body["duration"]),
    videoType: readString(body, "videoType"),
  };
}

function parseFile(body: WireRecord): RobotContent {
  return {
    kind: "file",
    downloadCode: readString(body, "downloadCode"),
    fileName: readString(body, "fileName"),
    fileId: readString(body, "fileId"),
    spaceId: readString(body, "spaceId"),
  };
}

function parseUnsupported(wire: WireRecord, body: WireRecord, msgtype: string | undefined): RobotContent {
  return {
    kind: "unsupported",
    msgtype: msgtype ?? "",
    notice: readString(body, "unknownMsgType"),
    raw: wire["content"] ?? (body === EMPTY ? wire : body),
  };
}
