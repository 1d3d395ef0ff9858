import type { RegisteredApp } from "./app.ts";
import type { Chat } from "./chat.ts";
import type { Core } from "./core.ts";
import { isObject, parseJson, textAt, textsAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { MESSAGE_KEYS, missingMember, msgtypeOfKey } from "./message-key.ts";
import type { People } from "./people.ts";
import { apiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { RobotOutput } from "./robot-output.ts";
import type { Call, Route } from "./route.ts";
import { textOf } from "./session-webhook.ts";

const SCOPE = "qyapi_robot_sendmsg";
const MAX_PARAM_BYTES = 15_000;
const MAX_USERS = 20;

/** `POST /v1.0/robot/oToMessages/batchSend` and `/v1.0/robot/groupMessages/send`. */
export function createRobotSend(
  core: Core,
  parts: { readonly chat: Chat; readonly people: People; readonly output: RobotOutput },
): readonly Route[] {
  const show = (
    app: RegisteredApp,
    { conversationId, id, message }: { conversationId: string; id: string; message: KeyedMessage },
  ): void => {
    const { msgKey, param } = message;
    const msgtype = msgtypeOfKey(msgKey);
    parts.output.message(app, {
      id,
      conversationId,
      msgtype,
      title: textAt(param, "title"),
      text: textOf(msgtype, param),
      route: "robot-api",
      inReplyTo: undefined,
      mentions: [],
    });
  };

  const toPeople = ({ body }: Call, app: RegisteredApp): Reply => {
    checkRobotCode(core, body, app);
    const userIds = textsAt(body, "userIds");
    if (userIds.length === 0) throw apiRefusal(400, "invalidParameter.userIds.empty", "userIds不能为空");
    if (userIds.length > MAX_USERS) {
      throw apiRefusal(400, "invalidParameter.userIds.overMax", `userIds数量超过${MAX_USERS}`);
    }
    const message = readMessage(body);
    const processQueryKey = core.ids.processQueryKey();
    const invalid = userIds.filter((staffId) => !parts.people.isEmployee(staffId));
    const throttled = userIds.filter((staffId) => core.options.flowControlledStaffIds.includes(staffId));
    for (const staffId of userIds) {
      if (invalid.includes(staffId) || throttled.includes(staffId)) continue;
      show(app, { conversationId: parts.chat.direct(app, staffId).id, id: processQueryKey, message });
    }
    return ok({ processQueryKey, invalidStaffIdList: invalid, flowControlledStaffIdList: throttled });
  };

  const toGroup = ({ body }: Call, app: RegisteredApp): Reply => {
    checkRobotCode(core, body, app);
    const id = textAt(body, "openConversationId");
    if (id === undefined) throw apiRefusal(400, "miss.openConversationId", "缺少openConversationId");
    if (parts.chat.find(id)?.type !== "group") {
      throw apiRefusal(400, "invalid.openConversationId", "openConversationId不合法");
    }
    const message = readMessage(body);
    const processQueryKey = core.ids.processQueryKey();
    show(app, { conversationId: id, id: processQueryKey, message });
    return ok({ processQueryKey });
  };

  return [
    {
      access: "token",
      method: "POST",
      path: "/v1.0/robot/oToMessages/batchSend",
      scope: SCOPE,
      handle: toPeople,
    },
    {
      access: "token",
      method: "POST",
      path: "/v1.0/robot/groupMessages/send",
      scope: SCOPE,
      handle: toGroup,
    },
  ];
}

/** @throws Refusal when the robot is missing, unknown, or another app's. */
export function checkRobotCode(core: Core, body: JsonObject, app: RegisteredApp): void {
  const robotCode = textAt(body, "robotCode");
  if (robotCode === undefined) {
    throw apiRefusal(400, "invalidParameter.robotCode.empty", "robotCode不能为空");
  }
  if (robotCode === app.robotCode) return;
  const exists = [...core.apps.values()].some((other) => other.robotCode === robotCode);
  throw exists
    ? apiRefusal(400, "invalidParameter.robotCode.auth", "robotCode不属于该应用")
    : apiRefusal(400, "invalidParameter.robotCode.notExsit", "robotCode不存在");
}

interface KeyedMessage {
  readonly msgKey: string;
  readonly param: JsonObject;
}

function readMessage(body: JsonObject): KeyedMessage {
  const msgKey = textAt(body, "msgKey");
  if (msgKey === undefined) throw apiRefusal(400, "invalidParameter.msgKey.empty", "msgKey不能为空");
  if (!Object.hasOwn(MESSAGE_KEYS, msgKey)) {
    throw apiRefusal(400, "invalidParameter.msgKey.invalid", "msgKey不合法");
  }
  const msgParam = textAt(body, "msgParam");
  const param = msgParam === undefined ? undefined : parseJson(msgParam);
  if (msgParam === undefined || !isObject(param)) {
    throw apiRefusal(400, "invalidParameter.msgParam.invalid", "msgParam必须是json格式");
  }
  if (Buffer.byteLength(msgParam) > MAX_PARAM_BYTES) {
    throw apiRefusal(400, "invalidParameter.msgParam.tooLong", "消息内容太长");
  }
  const missing = missingMember(msgKey, param);
  if (missing !== undefined) throw apiRefusal(400, missing);
  return { msgKey, param };
}
