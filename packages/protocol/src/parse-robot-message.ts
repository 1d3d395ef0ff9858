import { parseQuote } from "./parse-quote.ts";
import { parseRobotContent } from "./parse-robot-content.ts";
import type {
  ConversationType,
  Mention,
  MessageSender,
  RobotContent,
  RobotMessage,
  SessionWebhook,
} from "./robot-message.ts";
import { requireObject, requireString } from "./wire-object.ts";
import { asArray, isRecord, readFlag, readNumber, readString } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/** `errorCode` of a delivery whose text DingTalk withheld, because the corp's monthly quota is spent. */
const OVER_QUOTA = "20001";

/**
 * Decodes a robot message: a `CALLBACK` frame's data, or the body of an HTTP mode request, as JSON text or object.
 *
 * Lenient: only the message id and the conversation id are required. What we do not know is kept in `raw`.
 *
 * @throws DecodeError that names the missing field. Nothing else.
 * @see https://open.dingtalk.com/document/development/receive-message
 */
export function parseRobotMessage(data: unknown): RobotMessage {
  const wire = requireObject(data, "robot message");
  const messageId = requireString(wire, "msgId", "robot message");
  const conversationId = requireString(wire, "conversationId", "robot message");
  const mentions = parseMentions(wire["atUsers"]);
  const type = conversationType(wire, mentions);
  return {
    messageId,
    robotCode: readString(wire, "robotCode"),
    conversation: { id: conversationId, type, title: readString(wire, "conversationTitle") },
    sender: parseSender(wire),
    robot: { userId: readString(wire, "chatbotUserId"), corpId: readString(wire, "chatbotCorpId") },
    createdAtMs: readNumber(wire, "createAt"),
    mentionsRobot: type === "direct" || mentionsRobot(wire, mentions),
    mentions,
    sessionWebhook: parseSessionWebhook(wire),
    content: parseContent(wire),
    quote: parseQuote(wire),
    raw: wire,
  };
}

/** The over-quota envelope may lack the type: then only a group has a title or mentions. */
function conversationType(wire: WireRecord, mentions: readonly Mention[]): ConversationType {
  const type = readString(wire, "conversationType");
  if (type === "1") return "direct";
  if (type === "2") return "group";
  return mentions.length > 0 || readString(wire, "conversationTitle") !== undefined ? "group" : "direct";
}

function parseSender(wire: WireRecord): MessageSender {
  return {
    staffId: readString(wire, "senderStaffId"),
    id: readString(wire, "senderId"),
    unionId: readString(wire, "senderUnionId"),
    nick: readString(wire, "senderNick"),
    corpId: readString(wire, "senderCorpId"),
    platform: readString(wire, "senderPlatform"),
    isAdmin: readFlag(wire, "isAdmin") ?? false,
  };
}

function parseMentions(value: unknown): readonly Mention[] {
  return (asArray(value) ?? []).filter(isRecord).map((user) => ({
    dingtalkId: readString(user, "dingtalkId"),
    staffId: readString(user, "staffId"),
    unionId: readString(user, "unionId"),
  }));
}

/** DingTalk delivers only group messages that address the robot, so silence means yes. */
function mentionsRobot(wire: WireRecord, mentions: readonly Mention[]): boolean {
  const told = readFlag(wire, "isInAtList");
  if (told !== undefined) return told;
  const robotId = readString(wire, "chatbotUserId");
  if (robotId === undefined || mentions.length === 0) return true;
  return mentions.some((mention) => mention.dingtalkId === robotId);
}

function parseSessionWebhook(wire: WireRecord): SessionWebhook | undefined {
  const url = readString(wire, "sessionWebhook");
  return url === undefined ? undefined : { url, expiresAtMs: readNumber(wire, "sessionWebhookExpiredTime") };
}

function parseContent(wire: WireRecord): RobotContent {
  const platformCode = readString(wire, "errorCode");
  if (platformCode === OVER_QUOTA) {
    return {
      kind: "over-quota",
      platformCode,
      platformMessage: readString(wire, "errorMessage", "errMsg"),
    };
  }
  return parseRobotContent(wire, readString(wire, "msgtype", "msgType"));
}
