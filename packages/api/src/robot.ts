import { ApiError } from "@dingtalk-kit/protocol";
import type { OutboundMessage, RobotSendPort } from "@dingtalk-kit/protocol";
import type { PlatformObject } from "@dingtalk-kit/net";

import type { CallApi } from "./call.ts";
import { sequenceOf } from "./sequence.ts";

const USER_PATH = "/v1.0/robot/oToMessages/batchSend";
const GROUP_PATH = "/v1.0/robot/groupMessages/send";

/** `msgParam` is JSON text, not an object. */
function messageFields(message: OutboundMessage): { msgKey: string; msgParam: string } {
  if (message.kind === "text") {
    return { msgKey: "sampleText", msgParam: JSON.stringify({ content: message.text }) };
  }
  const { title, text } = message;
  return { msgKey: "sampleMarkdown", msgParam: JSON.stringify({ title, text }) };
}

const REFUSED_LISTS = [
  { key: "invalidStaffIdList", why: "no such user in the app's visible range" },
  { key: "flowControlledStaffIdList", why: "this user is flow-controlled" },
] as const;

/** `batchSend` answers 200 even when it names the only receiver as refused. */
function requireReceiver(answer: PlatformObject, staffId: string): void {
  for (const { key, why } of REFUSED_LISTS) {
    const list = answer[key];
    if (!Array.isArray(list) || list.length === 0) continue;
    throw new ApiError(`DingTalk did not send to user ${staffId}: ${why} (${key})`, {
      status: 200,
      platformCode: key,
      platformMessage: why,
    });
  }
}

function receiptOf(answer: PlatformObject): { route: "robot-api"; processQueryKey: string | undefined } {
  const key = answer["processQueryKey"];
  return { route: "robot-api", processQueryKey: typeof key === "string" ? key : undefined };
}

/** Proactive messages. @see https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches */
export function createRobotSend(call: CallApi, robotCode: string): RobotSendPort {
  return {
    async send(target, message, signal) {
      const fields = { robotCode, ...messageFields(message) };
      // Sends have no key of idempotency: a repeated one would be seen twice.
      const common = { method: "POST", idempotent: false, pass: { sequence: sequenceOf(target) } } as const;
      if (target.kind === "group") {
        const json = { ...fields, openConversationId: target.conversationId };
        return receiptOf(await call({ ...common, path: GROUP_PATH, json }, signal));
      }
      const json = { ...fields, userIds: [target.staffId] };
      const answer = await call({ ...common, path: USER_PATH, json }, signal);
      requireReceiver(answer, target.staffId);
      return receiptOf(answer);
    },
  };
}
