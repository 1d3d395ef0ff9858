import type { RegisteredApp } from "./app.ts";
import type { Chat, ChatItem } from "./chat.ts";
import type { Core } from "./core.ts";
import { isObject, textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { apiRefusal, ok } from "./refusal.ts";
import { checkRobotCode } from "./robot-send.ts";
import type { Route } from "./route.ts";

const SCOPE = "qyapi_robot_sendmsg";

/**
 * `POST /v1.0/robot/emotion/reply` and `…/recall`. Observed in the generated SDKs and two widespread robots, not
 * documented: both bodies must be complete, name a message that exists, and a recall must match a reply.
 */
export function createEmotion(core: Core, chat: Chat): readonly Route[] {
  const read = (body: JsonObject, app: RegisteredApp): { item: ChatItem; name: string } => {
    checkRobotCode(core, body, app);
    const name = textAt(body, "emotionName");
    const text = body["textEmotion"];
    const isComplete =
      name !== undefined &&
      body["emotionType"] === 2 &&
      isObject(text) &&
      ["emotionId", "emotionName", "text", "backgroundId"].every((key) => textAt(text, key) !== undefined);
    if (!isComplete) throw apiRefusal(400, "invalidParameter.param.invalid", "参数不合法");
    const item = chat.item(textAt(body, "openMsgId") ?? "");
    if (item === undefined || item.shown.conversationId !== textAt(body, "openConversationId")) {
      throw apiRefusal(500, "system.err", "系统异常");
    }
    return { item, name };
  };
  return [
    {
      access: "token",
      method: "POST",
      path: "/v1.0/robot/emotion/reply",
      scope: SCOPE,
      handle({ body }, app) {
        const { item, name } = read(body, app);
        if (!item.reactions.includes(name)) item.reactions.push(name);
        return ok({ success: true });
      },
    },
    {
      access: "token",
      method: "POST",
      path: "/v1.0/robot/emotion/recall",
      scope: SCOPE,
      handle({ body }, app) {
        const { item, name } = read(body, app);
        const index = item.reactions.indexOf(name);
        if (index < 0) throw apiRefusal(500, "system.err", "系统异常");
        item.reactions.splice(index, 1);
        return ok({ success: true });
      },
    },
  ];
}
