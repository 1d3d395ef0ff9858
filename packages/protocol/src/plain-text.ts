import type { ChatRecordEntry, RichTextPart, RobotContent } from "./robot-message.ts";

/** Language of the placeholders for what is not text. */
export type PlaceholderLanguage = "zh" | "en";

const PLACEHOLDERS = {
  zh: {
    picture: "图片",
    audio: "语音",
    video: "视频",
    file: "文件",
    card: "卡片",
    record: "聊天记录",
    other: "不支持的消息",
  },
  en: {
    picture: "picture",
    audio: "voice",
    video: "video",
    file: "file",
    card: "card",
    record: "chat record",
    other: "unsupported message",
  },
} as const;

type Placeholder = keyof (typeof PLACEHOLDERS)["zh"];

/**
 * What a message says as one text, for an agent that reads only text. What is not text stands there as a placeholder
 * such as `[图片]`; a voice message gives DingTalk's own speech-to-text. Over-quota deliveries give "".
 *
 * @param language - of the placeholders. Default `zh`, as DingTalk's own conversation list shows them.
 */
export function plainText(content: RobotContent, language: PlaceholderLanguage = "zh"): string {
  const mark = (kind: Placeholder, detail?: string): string =>
    `[${PLACEHOLDERS[language][kind]}${detail === undefined ? "" : `: ${detail}`}]`;
  switch (content.kind) {
    case "text":
    case "markdown":
      return content.text;
    case "rich-text":
      return content.parts
        .map((part) => partText(part, mark))
        .join("")
        .trim();
    case "picture":
    case "video":
      return mark(content.kind);
    case "audio":
      return content.recognition === undefined || content.recognition === ""
        ? mark("audio")
        : content.recognition;
    case "file":
      return mark("file", content.fileName);
    case "card":
      return joinLines([content.title, content.text, content.url]) || mark("card");
    case "chat-record":
      return joinLines([mark("record", content.title), ...recordLines(content.entries, content.summary)]);
    case "over-quota":
      return "";
    case "unsupported":
    default:
      return content.notice ?? mark("other", content.msgtype === "" ? undefined : content.msgtype);
  }
}

function partText(part: RichTextPart, mark: (kind: Placeholder, detail?: string) => string): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "picture":
      return mark("picture");
    case "mention":
      return part.name === undefined ? "" : `@${part.name} `;
    case "unsupported":
    default:
      return mark("other", part.partType);
  }
}

/** The summary is a shortened copy of the entries: it serves only where there are none. */
function recordLines(entries: readonly ChatRecordEntry[], summary: readonly string[]): readonly string[] {
  if (entries.length === 0) return summary;
  return entries.map(({ sender, text, msgtype }) => {
    const said = text ?? `[${msgtype ?? "?"}]`;
    return sender === undefined ? said : `${sender}: ${said}`;
  });
}

function joinLines(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line !== "").join("\n");
}
