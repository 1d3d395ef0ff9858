import type { JsonObject } from "./json.ts";
import { textAt } from "./json.ts";

/** The members that `msgParam` must have, by `msgKey`. */
export const MESSAGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  sampleText: ["content"],
  sampleMarkdown: ["title", "text"],
  sampleImageMsg: ["photoURL"],
  sampleLink: ["text", "title", "picUrl", "messageUrl"],
  sampleActionCard: ["title", "text", "singleTitle", "singleURL"],
  sampleActionCard2: verticalButtons(2),
  sampleActionCard3: verticalButtons(3),
  sampleActionCard4: verticalButtons(4),
  sampleActionCard5: verticalButtons(5),
  sampleActionCard6: ["title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"],
  sampleAudio: ["mediaId", "duration"],
  sampleFile: ["mediaId", "fileName", "fileType"],
  sampleVideo: ["duration", "videoMediaId", "videoType", "picMediaId"],
};

/** Codes that DingTalk has for single missing members; the rest share `invalidParameter.msgParam.invalid`. */
const MISSING_CODES: Readonly<Record<string, string>> = {
  "sampleText.content": "miss.param.contentOfText",
  "sampleMarkdown.title": "miss.param.markdownTotitle",
  "sampleMarkdown.text": "miss.param.markdownTotext",
  "sampleLink.text": "miss.param.textOfLink",
  "sampleLink.title": "miss.param.titleOfLink",
  "sampleLink.messageUrl": "miss.param.messageUrlOfLink",
  "sampleImageMsg.photoURL": "miss.param.photoTophotoUrl",
};

/** The error code for the first member that is missing, or `undefined` when all are there. */
export function missingMember(msgKey: string, param: JsonObject): string | undefined {
  const missing = (MESSAGE_KEYS[msgKey] ?? []).find((member) => textAt(param, member) === undefined);
  if (missing === undefined) return undefined;
  return MISSING_CODES[`${msgKey}.${missing}`] ?? "invalidParameter.msgParam.invalid";
}

/** `sampleMarkdown` → `markdown` */
export function msgtypeOfKey(msgKey: string): string {
  const name = msgKey.replace(/^sample/, "").replace(/\d$/, "");
  if (name === "ImageMsg") return "image";
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function verticalButtons(count: number): readonly string[] {
  const buttons = Array.from({ length: count }, (_, index) => [
    `actionTitle${index + 1}`,
    `actionURL${index + 1}`,
  ]);
  return ["title", "text", ...buttons.flat()];
}
