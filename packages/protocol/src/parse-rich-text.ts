import type { RichTextPart } from "./robot-message.ts";
import { asArray, asRecord, asString, asText, isRecord } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/**
 * The parts of a rich text. Known shapes of the list: `content.richText`, the older `richText.richTextList`, and a
 * quoted message's `content.richText`, whose parts are keyed `msgType` and `content`.
 */
export function parseRichText(body: WireRecord): readonly RichTextPart[] {
  return (richTextList(body) ?? []).map(parsePart);
}

/** The list of parts, wherever it stands in `body`. */
export function richTextList(body: WireRecord): readonly unknown[] | undefined {
  return (
    asArray(body["richText"]) ??
    asArray(body["richTextList"]) ??
    asArray(asRecord(body["richText"])?.["richTextList"])
  );
}

function parsePart(part: unknown): RichTextPart {
  if (typeof part === "string") return { kind: "text", text: part };
  if (!isRecord(part)) return { kind: "unsupported", partType: undefined, raw: part };
  const partType = asText(part["type"]) ?? asText(part["msgType"]) ?? asText(part["msgtype"]);
  switch (partType) {
    case "picture":
    case "image":
      return {
        kind: "picture",
        downloadCode: asText(part["downloadCode"]) ?? asText(part["pictureDownloadCode"]),
      };
    case "at":
      return {
        kind: "mention",
        name: asText(part["atName"]) ?? asText(part["name"]),
        userId: asText(part["atUserId"]) ?? asText(part["userId"]) ?? asText(part["staffId"]),
      };
    case undefined:
    case "text":
    case "emoji":
      return parseTextPart(part, partType);
    default:
      return { kind: "unsupported", partType, raw: part };
  }
}

function parseTextPart(part: WireRecord, partType: string | undefined): RichTextPart {
  const text = asString(part["text"]) ?? asString(part["content"]) ?? asString(part["name"]);
  if (text !== undefined) return { kind: "text", text };
  const downloadCode = asText(part["downloadCode"]) ?? asText(part["pictureDownloadCode"]);
  if (downloadCode !== undefined) return { kind: "picture", downloadCode };
  return { kind: "unsupported", partType, raw: part };
}
