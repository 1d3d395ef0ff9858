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
import { missing, requireObject } from "./wire-object.ts";
import { asArray, asFlag, asNumber, asText, isRecord } from "./wire-value.ts";
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
  const messageId = asText(wire["msgId"]) ?? missing(wire, "msgId", "robot message");
  const conversationId = asText(wire["conversationId"]) ?? missing(wire, "conversationId", "robot message");
  const mentions = parseMentions(wire["atUsers"]);
  const type = conversationType(wire, mentions);
  return {
    messageId,
    robotCode: asText(wire["robotCode"]),
    conversation: { id: conversationId, type, title: asText(wire["conversationTitle"]) },
    sender: parseSender(wire),
    robot: { userId: asText(wire["chatbotUserId"]), corpId: asText(wire["chatbotCorpId"]) },
    createdAtMs: asNumber(wire["createAt"]),
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
  const type = asText(wire["conversationType"]);
  if (type === "1") return "direct";
  if (type === "2") return "group";
  return mentions.length > 0 || asText(wire["conversationTitle"]) !== undefined ? "group" : "direct";
}

function parseSender(wire: WireRecord): MessageSender {
  return {
    staffId: asText(wire["senderStaffId"]),
    id: asText(wire["senderId"]),
    unionId: asText(wire["senderUnionId"]),
    nick: asText(wire["senderNick"]),
    corpId: asText(wire["senderCorpId"]),
    platform: asText(wire["senderPlatform"]),
    isAdmin: asFlag(wire["isAdmin"]) ?? false,
  };
}

function parseMentions(value: unknown): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const user of asArray(value) ?? []) {
    if (!isRecord(user)) continue;
    mentions.push({
      dingtalkId: asText(user["dingtalkId"]),
      staffId: asText(user["staffId"]),
      unionId: asText(user["unionId"]),
    });
  }
  return mentions;
}

/** DingTalk delivers only group messages that address the robot, so silence means yes. */
function mentionsRobot(wire: WireRecord, mentions: readonly Mention[]): boolean {
  const told = asFlag(wire["isInAtList"]);
  if (told !== undefined) return told;
  const robotId = asText(wire["chatbotUserId"]);
  if (robotId === undefined || mentions.length === 0) return true;
  return mentions.some((mention) => mention.dingtalkId === robotId);
}

function parseSessionWebhook(wire: WireRecord): SessionWebhook | undefined {
  const url = asText(wire["sessionWebhook"]);
  return url === undefined ? undefined : { url, expiresAtMs: asNumber(wire["sessionWebhookExpiredTime"]) };
}

function parseContent(wire: WireRecord): RobotContent {
  const platformCode = asText(wire["errorCode"]);
  if (platformCode === OVER_QUOTA) {
    return {
      kind: "over-quota",
      platformCode,
      platformMessage: asText(wire["errorMessage"]) ?? asText(wire["errMsg"]),
    };
  }
  return parseRobotContent(wire, asText(wire["msgtype"]) ?? asText(wire["msgType"]));
}
