import type { InboundBody, MessageKey } from "@dingtalk-kit/protocol";

const NAMES = ["msgId", "openMsgId", "messageId"] as const;

/**
 * The message that its sender took back, if this is the event of that. What DingTalk calls the id in it is not
 * documented, and no sample is known: the names that it uses elsewhere are tried.
 */
export function recalledMessage(body: InboundBody, clientId: string): MessageKey | undefined {
  if (body.kind !== "event" || body.event.type !== "robot_msg_recall") return undefined;
  const { data } = body.event;
  const field = (name: string): string | undefined => {
    const value: unknown = typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const messageId = NAMES.map(field).find((id) => id !== undefined);
  return messageId === undefined ? undefined : { robotCode: field("robotCode") ?? clientId, messageId };
}
