import type { RegisteredApp } from "./app.ts";
import type { ChatItem, Conversation } from "./chat.ts";
import { opaqueUserId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Person } from "./people.ts";

/** Everything that a robot message is made of. */
export interface RobotMessageParts {
  readonly app: RegisteredApp;
  readonly conversation: Conversation;
  readonly sender: Person;
  readonly messageId: string;
  readonly atMs: number;
  readonly session: { readonly url: string; readonly expiresAtMs: number };
  readonly msgtype: string;
  /** Wire content. A string is passed on as a string, which some clients send. */
  readonly content: JsonObject | string;
  /** Staff ids mentioned beside the robot. */
  readonly mentions: readonly string[];
  readonly mentionsRobot: boolean;
  readonly withoutStaffId: boolean;
  readonly quoted: ChatItem | undefined;
}

/** The robot's own opaque id, as mentions and quotes name it. */
function robotUserId(app: RegisteredApp): string {
  return opaqueUserId(`robot ${app.robotCode}`);
}

/** The `data` of a robot message, the same object in Stream mode and in HTTP mode. */
export function buildRobotMessage(parts: RobotMessageParts): JsonObject {
  const { app, conversation, sender, withoutStaffId } = parts;
  const isText = parts.msgtype === "text";
  return {
    conversationId: conversation.id,
    ...(conversation.type === "group" ? groupFields(parts) : {}),
    conversationType: conversation.type === "group" ? "2" : "1",
    openThreadId: conversation.id,
    chatbotCorpId: app.corpId,
    chatbotUserId: robotUserId(app),
    msgId: parts.messageId,
    senderNick: sender.nick,
    isAdmin: sender.isAdmin,
    ...(withoutStaffId ? {} : { senderStaffId: sender.staffId, senderCorpId: app.corpId }),
    ...(sender.unionId === undefined ? {} : { senderUnionId: sender.unionId }),
    senderPlatform: "Mac",
    senderId: sender.senderId,
    sessionWebhook: parts.session.url,
    sessionWebhookExpiredTime: parts.session.expiresAtMs,
    createAt: parts.atMs,
    robotCode: app.robotCode,
    msgtype: parts.msgtype,
    ...quoteFields(parts.quoted),
    ...(isText && typeof parts.content !== "string"
      ? { text: { ...parts.content, ...quotedMessage(parts.quoted) } }
      : { content: parts.content }),
  };
}

function groupFields({ app, conversation, mentions, mentionsRobot }: RobotMessageParts): JsonObject {
  const robot = { dingtalkId: robotUserId(app), staffId: "" };
  const others = mentions.map((staffId) => ({ dingtalkId: opaqueUserId(`person ${staffId}`), staffId }));
  return {
    conversationTitle: conversation.title,
    atUsers: mentionsRobot ? [robot, ...others] : others,
    isInAtList: mentionsRobot,
  };
}

function quoteFields(quoted: ChatItem | undefined): JsonObject {
  if (quoted === undefined) return {};
  const { id, byRobot } = quoted.shown;
  return { originalMsgId: id, ...(byRobot ? { originalProcessQueryKey: id } : {}) };
}

/** A quote carries the quoted words when they were text; a quoted card or file is only an id. */
function quotedMessage(quoted: ChatItem | undefined): JsonObject {
  if (quoted === undefined) return {};
  const { shown } = quoted;
  const isReadable = shown.msgtype === "text" || shown.msgtype === "markdown";
  const senderId = shown.byRobot ? opaqueUserId(`robot ${shown.from}`) : opaqueUserId(`person ${shown.from}`);
  return {
    isReplyMsg: true,
    repliedMsg: {
      msgType: isReadable ? "text" : shown.kind === "card" ? "interactiveCard" : "unknownMsgType",
      msgId: shown.id,
      senderId,
      createdAt: shown.atMs,
      ...(isReadable ? { content: { text: shown.text } } : {}),
    },
  };
}
