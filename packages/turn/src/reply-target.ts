import type { RobotMessage, Target } from "@dingtalk-kit/protocol";

/**
 * Where the answer to `message` goes: to its group, or in a 1:1 chat to its sender.
 *
 * `undefined` when a 1:1 sender has no staff id (people outside the corp, apps that are not published): such a person
 * can be reached by the session webhook only, and cannot get a card.
 */
export function replyTarget(message: Pick<RobotMessage, "conversation" | "sender">): Target | undefined {
  if (message.conversation.type === "group") {
    return { kind: "group", conversationId: message.conversation.id };
  }
  const { staffId } = message.sender;
  return staffId === undefined ? undefined : { kind: "user", staffId };
}
