import { CardError, cutAtWord, redactText } from "@dingtalk-kit/protocol";
import type { CardDelivery, CardFrame, CardPort, CardUpdate } from "@dingtalk-kit/protocol";
import type { PlatformObject } from "@dingtalk-kit/net";

import { REPLACED } from "./call.ts";
import type { ApiCall, CallApi } from "./call.ts";
import type { CardBreaker } from "./card-breaker.ts";
import { sequenceOf } from "./sequence.ts";

const CREATE_PATH = "/v1.0/card/instances/createAndDeliver";
const UPDATE_PATH = "/v1.0/card/instances";
const STREAM_PATH = "/v1.0/card/streaming";
/** `userId` in `openSpaceId` and elsewhere is a staff id. */
const STAFF_IDS = 1;
const MAX_REASON_CHARS = 200;

function spaceOf(card: CardDelivery, robotCode: string): PlatformObject {
  const summary = card.summary;
  const spaceModel = {
    supportForward: true,
    ...(summary === undefined ? {} : { lastMessageI18n: { ZH_CN: summary, EN_US: summary } }),
  };
  if (card.target.kind === "group") {
    return {
      openSpaceId: `dtv1.card//IM_GROUP.${card.target.conversationId}`,
      imGroupOpenSpaceModel: spaceModel,
      imGroupOpenDeliverModel: { robotCode },
    };
  }
  return {
    openSpaceId: `dtv1.card//IM_ROBOT.${card.target.staffId}`,
    imRobotOpenSpaceModel: spaceModel,
    imRobotOpenDeliverModel: { spaceType: "IM_ROBOT", robotCode },
  };
}

function asObject(value: unknown): PlatformObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** DingTalk's own words, fit for an error. */
function reasonIn(said: unknown): string | undefined {
  return typeof said === "string" ? cutAtWord(redactText(said), MAX_REASON_CHARS) : undefined;
}

/** DingTalk says "not delivered" inside HTTP 200, for instance when a 1:1 conversation id stands for a staff id. */
function carrierOf(answer: PlatformObject): string | undefined {
  const results = asObject(answer["result"])["deliverResults"];
  const deliveries = Array.isArray(results) ? results.map(asObject) : [];
  const failed = deliveries.find((delivery) => delivery["success"] === false);
  if (failed !== undefined) {
    const reason = reasonIn(failed["errorMsg"]) ?? "no reason given";
    throw new CardError(`DingTalk did not deliver the card: ${reason}`, {
      status: 200,
      platformMessage: reason,
    });
  }
  const carrierId = deliveries[0]?.["carrierId"];
  return typeof carrierId === "string" ? carrierId : undefined;
}

function requireSuccess(answer: PlatformObject, what: string): void {
  if (answer["success"] !== false) return;
  const platformMessage = reasonIn(answer["message"]);
  throw new CardError(`DingTalk did not ${what} the card: ${platformMessage ?? "no reason given"}`, {
    status: 200,
    platformMessage,
  });
}

/** Needed of what the accounts of one app share. */
export interface CardsContext {
  readonly call: CallApi;
  readonly robotCode: string;
  readonly breaker: CardBreaker;
  /** Takes back the frame of a card that still waits. */
  withdraw(api: string, sequence: string): boolean;
}

/** Calls, and lets the breaker learn how it went. */
async function watched(
  { call, breaker }: CardsContext,
  request: ApiCall,
  signal: AbortSignal | undefined,
): Promise<PlatformObject> {
  const attempt = breaker.begin(request.path);
  try {
    const answer = await call(request, signal);
    if (answer !== REPLACED) attempt.succeeded();
    return answer;
  } catch (error) {
    attempt.failed(error);
    throw error;
  }
}

function createCall(card: CardDelivery, robotCode: string): ApiCall {
  const json = {
    cardTemplateId: card.templateId,
    outTrackId: card.outTrackId,
    callbackType: "STREAM",
    cardData: { cardParamMap: card.params },
    userIdType: STAFF_IDS,
    ...spaceOf(card, robotCode),
  };
  // A repetition may be answered with `param.cardAlreadyExist`, which would hide the carrier id.
  return {
    method: "POST",
    path: CREATE_PATH,
    json,
    idempotent: false,
    pass: { sequence: sequenceOf(card.target) },
  };
}

function updateCall(update: CardUpdate): ApiCall {
  const json = {
    outTrackId: update.outTrackId,
    cardData: { cardParamMap: update.params },
    // Without it DingTalk replaces the whole map.
    cardUpdateOptions: { updateCardDataByKey: true },
    userIdType: STAFF_IDS,
  };
  return { method: "PUT", path: UPDATE_PATH, json, idempotent: true, pass: { sequence: update.outTrackId } };
}

function streamCall(frame: CardFrame): ApiCall {
  // Asked for once: a repetition under the same guid must say the same.
  let content: string | undefined;
  const json = (): PlatformObject => ({
    outTrackId: frame.outTrackId,
    guid: frame.guid,
    key: frame.key,
    content: (content ??= frame.newest?.() ?? frame.content),
    isFull: true,
    isFinalize: frame.finalize,
    isError: frame.failed,
  });
  const last = frame.finalize || frame.failed;
  const rank = last ? "final" : frame.first === true ? "first" : "normal";
  const pass = { sequence: frame.outTrackId, rank, replaceable: !last } as const;
  return { method: "PUT", path: STREAM_PATH, json, idempotent: true, pass };
}

/** Card instances and their streaming. @see https://open.dingtalk.com/document/development/create-and-deliver-cards */
export function createCards(context: CardsContext): CardPort {
  return {
    async createAndDeliver(card, signal) {
      context.breaker.check();
      const answer = await watched(context, createCall(card, context.robotCode), signal);
      requireSuccess(answer, "create");
      return { carrierId: carrierOf(answer) };
    },
    async update(update, signal) {
      requireSuccess(await watched(context, updateCall(update), signal), "update");
    },
    async stream(frame, signal) {
      requireSuccess(await watched(context, streamCall(frame), signal), "stream to");
    },
    withdraw: (outTrackId) => context.withdraw(`PUT ${STREAM_PATH}`, outTrackId),
  };
}
