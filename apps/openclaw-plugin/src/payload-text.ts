import { basename } from "node:path";

import type { ReplyPayload } from "openclaw/plugin-sdk/reply-runtime";

import type { Language } from "./explanations.ts";

/** What of a payload can be said in text. Files are named, not sent: local paths stay here. */
export function payloadText(payload: ReplyPayload, language: Language): string {
  if (payload.isReasoning === true || payload.isCommentary === true) return "";
  const media = payload.mediaUrls ?? (payload.mediaUrl === undefined ? [] : [payload.mediaUrl]);
  const lines = media.map((url) => mediaLine(url, language));
  return [payload.text?.trim() ?? "", ...lines].filter((part) => part !== "").join("\n\n");
}

function mediaLine(url: string, language: Language): string {
  if (/^https?:/i.test(url)) return `[${fileName(URL.parse(url)?.pathname ?? "")}](${url})`;
  const name = fileName(url);
  return language === "zh"
    ? `[附件 ${name}：暂不支持发送文件]`
    : `[attachment ${name}: sending files is not supported yet]`;
}

function fileName(path: string): string {
  return basename(path.replaceAll("\\", "/")) || "file";
}
