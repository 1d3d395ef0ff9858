import type { RegisteredApp } from "./app.ts";
import { createCardInstance } from "./card-instance.ts";
import type { CardInstance } from "./card-instance.ts";
import type { CardStore } from "./card-store.ts";
import type { CardTemplateSpec } from "./card-template.ts";
import type { Chat, Conversation } from "./chat.ts";
import type { Core } from "./core.ts";
import { isObject, isTextMap, objectAt, textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { parseOpenSpaceId } from "./open-space.ts";
import type { OpenSpace } from "./open-space.ts";
import type { People } from "./people.ts";
import { apiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import { checkRobotCode } from "./robot-send.ts";
import type { RobotOutput } from "./robot-output.ts";
import type { Call, Route } from "./route.ts";

interface Parts {
  readonly cards: CardStore;
  readonly chat: Chat;
  readonly people: People;
  readonly output: RobotOutput;
}

const MAX_OUT_TRACK_ID = 100;
const MAX_OPEN_SPACE_ID = 1000;

const invalid = (code: string, message: string = code): Error => apiRefusal(400, code, message);

/** `POST /v1.0/card/instances/createAndDeliver`. Checks in DingTalk's order: empty, template, space, deliver model. */
export function createCardCreate(core: Core, parts: Parts): readonly Route[] {
  const create = ({ body }: Call, app: RegisteredApp): Reply => {
    const { outTrackId, openSpaceId, params } = readRequired(body);
    const template = findTemplate(parts.cards, body);
    const spaces = parseOpenSpaceId(openSpaceId);
    if (spaces === undefined) throw invalid("param.openSpaceIdInvalid");
    for (const space of spaces) checkModels(core, body, app, space);
    const used = parts.cards.find(app, outTrackId);
    if (used !== undefined && core.options.usedOutTrackId === "refuse") {
      throw invalid("param.cardAlreadyExist");
    }
    if (used !== undefined) return withoutEffect(used, spaces);
    const callbackType = readCallbackType(body);
    const seed = { outTrackId, clientId: app.clientId, template, callbackType, params };
    const card = createCardInstance(seed, core.nowMs);
    parts.cards.add(card);
    for (const [userId, map] of privateData(body)) card.updatePrivate(userId, map, false);
    const deliverResults = spaces.map((space) => deliver(core, parts, { app, card, space }));
    return ok({ success: true, result: { outTrackId, deliverResults } });
  };
  return [
    {
      access: "token",
      method: "POST",
      path: "/v1.0/card/instances/createAndDeliver",
      scope: "Card.Instance.Write",
      handle: create,
    },
  ];
}

/** The answer looks like success, but nothing new is shown. */
function withoutEffect(card: CardInstance, spaces: readonly OpenSpace[]): Reply {
  const [carrierId = ""] = card.shown().carrierIds;
  const deliverResults = spaces.map(({ type, id }) => ({
    spaceType: type,
    spaceId: id,
    success: true,
    carrierId,
    errorMsg: "",
  }));
  return ok({ success: true, result: { outTrackId: card.outTrackId, deliverResults } });
}

function readRequired(body: JsonObject): {
  outTrackId: string;
  openSpaceId: string;
  params: Readonly<Record<string, string>>;
} {
  if (Object.keys(body).length === 0) throw invalid("param.empty");
  if (textAt(body, "cardTemplateId") === undefined) throw invalid("param.cardTemplateIdEmpty");
  const outTrackId = textAt(body, "outTrackId");
  if (outTrackId === undefined) throw invalid("param.outTrackIdEmpty");
  if (outTrackId.length > MAX_OUT_TRACK_ID) throw invalid("param.invalid", "outTrackId is too long");
  const openSpaceId = textAt(body, "openSpaceId");
  if (openSpaceId === undefined) throw invalid("param.openSpaceIdEmpty");
  if (openSpaceId.length > MAX_OPEN_SPACE_ID) throw invalid("param.openSpaceIdInvalid");
  if (!isObject(body["cardData"])) throw invalid("param.cardPublicDataEmpty");
  const params = objectAt(body, "cardData")["cardParamMap"] ?? {};
  if (!isTextMap(params)) throw invalid("param.invalid", "cardParamMap values must be strings");
  return { outTrackId, openSpaceId, params };
}

function findTemplate(cards: CardStore, body: JsonObject): CardTemplateSpec {
  const template = cards.template(textAt(body, "cardTemplateId") ?? "");
  if (template === undefined) throw invalid("param.templateNotExist");
  if (template.published === false) throw invalid("param.templateUnpublished");
  return template;
}

/** A space model is optional but complete; the deliver model must be there, in groups with the robot's code. */
function checkModels(core: Core, body: JsonObject, app: RegisteredApp, { type }: OpenSpace): void {
  const name = type === "IM_GROUP" ? "imGroup" : "imRobot";
  const spaceModel = body[`${name}OpenSpaceModel`];
  if (isObject(spaceModel) && typeof spaceModel["supportForward"] !== "boolean") {
    throw invalid("param.openSpaceModelInvalid");
  }
  const deliverModel = body[`${name}OpenDeliverModel`];
  if (!isObject(deliverModel)) throw invalid("param.openDeliverModelEmpty");
  const robotCode = textAt(deliverModel, "robotCode");
  if (type === "IM_GROUP" && robotCode === undefined) throw invalid("param.openDeliverModelError");
  if (robotCode !== undefined) checkRobotCode(core, deliverModel, app);
}

function readCallbackType(body: JsonObject): "STREAM" | "HTTP" {
  const callbackType = body["callbackType"] ?? "STREAM";
  if (callbackType !== "STREAM" && callbackType !== "HTTP") throw invalid("param.invalid", "callbackType");
  return callbackType;
}

function privateData(body: JsonObject): ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> {
  return Object.entries(objectAt(body, "privateData")).map(([userId, data]) => {
    const map = isObject(data) ? (data["cardParamMap"] ?? {}) : undefined;
    if (!isTextMap(map)) throw invalid("param.invalid", "privateData values must be strings");
    return [userId, map];
  });
}

/** A space that is no such person or group fails inside HTTP 200. */
function deliver(
  core: Core,
  parts: Parts,
  { app, card, space }: { app: RegisteredApp; card: CardInstance; space: OpenSpace },
): object {
  const base = { spaceType: space.type, spaceId: space.id };
  const conversation = conversationOf(parts, app, space);
  if (conversation === undefined) return { ...base, success: false, errorMsg: "spaceId is illegal" };
  const carrierId = core.ids.processQueryKey();
  card.deliveredTo(conversation.id, carrierId);
  parts.output.card(app, conversation.id, carrierId, card);
  return { ...base, success: true, carrierId, errorMsg: "" };
}

function conversationOf(parts: Parts, app: RegisteredApp, { type, id }: OpenSpace): Conversation | undefined {
  if (type === "IM_GROUP") {
    const group = parts.chat.find(id);
    return group?.type === "group" ? group : undefined;
  }
  // The common mistake: a conversation id where a staff id belongs.
  if (id.startsWith("cid") || !parts.people.isEmployee(id)) return undefined;
  return parts.chat.direct(app, id);
}
