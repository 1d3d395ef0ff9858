import { isJson } from "./access-token.ts";
import type { Chat } from "./chat.ts";
import type { Core } from "./core.ts";
import { isObject, objectAt, textAt, textsAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { oapiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { RobotOutput } from "./robot-output.ts";
import type { Call, Route } from "./route.ts";
import type { Sessions } from "./sessions.ts";

const MAX_BYTES = 20_000;

/** Fields without which a payload is refused. The media types are undocumented, but in use. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ["content"],
  markdown: ["title", "text"],
  link: ["title", "text", "messageUrl"],
  actionCard: ["title", "text"],
  feedCard: [],
  image: [],
  file: ["mediaId"],
  audio: ["mediaId"],
  video: [],
  empty: [],
};

/** `POST /robot/sendBySession?session=…` */
export function createSessionWebhook(
  core: Core,
  parts: { readonly sessions: Sessions; readonly chat: Chat; readonly output: RobotOutput },
): readonly Route[] {
  const seenUuids = new Set<string>();

  const send = (call: Call): Reply => {
    const { msgtype, content } = checkPayload(call);
    const session = parts.sessions.find(call.query.get("session") ?? undefined);
    if (session === undefined) throw oapiRefusal(300_001, "session 不存在");
    const msgUuid = textAt(call.body, "msgUuid");
    const isRepeat = msgUuid !== undefined && seenUuids.has(msgUuid);
    if (msgUuid !== undefined) seenUuids.add(msgUuid);
    if (msgtype === "empty" || isRepeat) return ok({ errcode: 0, errmsg: "ok" });
    const text = textOf(msgtype, content);
    parts.output.message(session.app, {
      id: core.ids.processQueryKey(),
      conversationId: session.conversation.id,
      msgtype,
      title: textAt(content, "title"),
      text,
      route: "session-webhook",
      inReplyTo: session.messageId,
      mentions: highlighted(objectAt(call.body, "at"), text),
    });
    return ok({ errcode: 0, errmsg: "ok" });
  };
  return [{ access: "open", method: "POST", path: "/robot/sendBySession", handle: send }];
}

function checkPayload({ headers, body, bodyText }: Call): { msgtype: string; content: JsonObject } {
  if (!isJson(headers)) throw oapiRefusal(43_004, "无效的HTTP HEADER Content-Type");
  if (bodyText === "" || Object.keys(body).length === 0) throw oapiRefusal(40_035, "缺少参数 json");
  if (Buffer.byteLength(bodyText) > MAX_BYTES) {
    throw oapiRefusal(460_101, `message too long, exceed ${MAX_BYTES} bytes`);
  }
  const msgtype = textAt(body, "msgtype");
  if (msgtype === undefined) throw oapiRefusal(40_035, "缺少参数 msgtype");
  const required = Object.hasOwn(REQUIRED, msgtype) ? REQUIRED[msgtype] : undefined;
  if (required === undefined) throw oapiRefusal(400_105, "不支持的消息类型");
  const content = objectAt(body, msgtype);
  const missing = required.find((field) => textAt(content, field) === undefined);
  if (missing !== undefined) throw oapiRefusal(40_035, `缺少参数 ${msgtype}.${missing}`);
  return { msgtype, content };
}

/** What a person reads of a payload. */
export function textOf(msgtype: string, content: JsonObject): string {
  if (msgtype === "feedCard") {
    const links: unknown = content["links"];
    const list = Array.isArray(links) ? links.filter(isObject) : [];
    return list.map((link) => textAt(link, "title") ?? "").join("\n");
  }
  return (
    textAt(content, "content") ?? textAt(content, "text") ?? textAt(content, "fileName") ?? `[${msgtype}]`
  );
}

/** A mention is highlighted only when its `@…` token stands in the text as well. */
function highlighted(at: JsonObject, text: string): readonly string[] {
  const named = [...textsAt(at, "atUserIds"), ...textsAt(at, "atMobiles")];
  return [...named.filter((id) => text.includes(`@${id}`)), ...(at["isAtAll"] === true ? ["all"] : [])];
}
