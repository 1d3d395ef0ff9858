import { readDurationMs } from "./media-duration.ts";
import { parseCardContent } from "./parse-card-content.ts";
import { parseChatRecord } from "./parse-chat-record.ts";
import { parseRichText, richTextList } from "./parse-rich-text.ts";
import type { RobotContent } from "./robot-message.ts";
import { asRecord, asString, asText } from "./wire-value.ts";
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
      return {
        kind: "picture",
        downloadCode: asText(body["downloadCode"]) ?? asText(body["pictureDownloadCode"]),
      };
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
  return (
    asString(body["content"]) ?? asString(body["text"]) ?? asString(wire["content"]) ?? asString(wire["text"])
  );
}

function parseAudio(body: WireRecord): RobotContent {
  return {
    kind: "audio",
    downloadCode: asText(body["downloadCode"]),
    durationMs: readDurationMs(body["duration"]),
    recognition: asString(body["recognition"])?.trim(),
  };
}

function parseVideo(body: WireRecord): RobotContent {
  return {
    kind: "video",
    downloadCode: asText(body["downloadCode"]),
    durationMs: readDurationMs(body["duration"]),
    videoType: asText(body["videoType"]),
  };
}

function parseFile(body: WireRecord): RobotContent {
  return {
    kind: "file",
    downloadCode: asText(body["downloadCode"]),
    fileName: asText(body["fileName"]),
    fileId: asText(body["fileId"]),
    spaceId: asText(body["spaceId"]),
  };
}

function parseUnsupported(wire: WireRecord, body: WireRecord, msgtype: string | undefined): RobotContent {
  return {
    kind: "unsupported",
    msgtype: msgtype ?? "",
    notice: asText(body["unknownMsgType"]),
    raw: wire["content"] ?? (body === EMPTY ? wire : body),
  };
}
