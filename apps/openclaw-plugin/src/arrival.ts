import type { RobotMessage } from "@dingtalk-kit/protocol";
import { plainText } from "@dingtalk-kit/protocol";
import { isStopCommand } from "@dingtalk-kit/turn";

import { CHANNEL_ID } from "./ids.ts";
import type { Language } from "./explanations.ts";
import { languageOf } from "./explanations.ts";

/** One robot message in the host's terms. */
export interface Arrival {
  readonly message: RobotMessage;
  /** The message's id to the host. */
  readonly hostMessageId: string;
  readonly kind: "direct" | "group";
  /** Staff id where DingTalk gives one, else the opaque sender id. Case-sensitive. */
  readonly senderId: string;
  readonly senderName: string;
  /** Whom the host keeps a session with: the person, or the group. */
  readonly peer: { readonly kind: "direct" | "group"; readonly id: string };
  /** Where the host sends later messages of this conversation. Keeps the id's case, which session keys do not. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly language: Language;
  readonly stop: boolean;
}

/** @returns undefined when the message names no sender at all. */
export function describeArrival(
  message: RobotMessage,
  hostMessageId: string = message.messageId,
): Arrival | undefined {
  const { conversation, sender } = message;
  const senderId = sender.staffId ?? sender.id;
  if (senderId === undefined) return undefined;
  const text = plainText(message.content).trim();
  const stop = isStopCommand(text);
  const group = conversation.type === "group";
  const id = group ? conversation.id : senderId;
  return {
    message,
    hostMessageId,
    kind: conversation.type,
    senderId,
    senderName: sender.nick ?? senderId,
    peer: { kind: conversation.type, id },
    to: group ? `group:${id}` : `user:${id}`,
    from: group ? `${CHANNEL_ID}:group:${id}` : `${CHANNEL_ID}:${id}`,
    // The host knows "/stop" on every channel, and not each Chinese word for it.
    text: stop ? "/stop" : text,
    language: languageOf(text),
    stop,
  };
}
