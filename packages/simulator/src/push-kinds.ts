import type { RegisteredApp } from "./app.ts";
import type { CardInstance } from "./card-instance.ts";
import type { Core } from "./core.ts";
import type { Deliveries, Delivery } from "./delivery.ts";
import { isObject, isTextMap, objectAt, parseJson } from "./json.ts";

/** A click on a card. */
export interface ClickInput {
  readonly outTrackId: string;
  /** @defaultValue `user01` */
  readonly from?: string | undefined;
  readonly actionIds?: readonly string[] | undefined;
  /** Form values and button parameters. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** An organisation or chat event. */
export interface EventInput {
  /** `chat_add_member`, `robot_msg_recall`, … */
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly clientId?: string | undefined;
}

/** The person's client shows an error after this. */
const CLICK_DEADLINE_MS = 2_000;
/** The schedule of DingTalk's HTTP push; that of Stream is unpublished. */
const EVENT_REPEATS_MS = [10_000, 30_000] as const;

/** Pushes a card callback once, and applies the answer to the card. */
export async function pushClick(
  deliveries: Deliveries,
  app: RegisteredApp,
  card: CardInstance,
  input: ClickInput,
): Promise<Delivery> {
  const userId = input.from ?? "user01";
  const content = JSON.stringify({
    cardPrivateData: { actionIds: input.actionIds ?? [], params: input.params ?? {} },
  });
  const data = {
    outTrackId: card.outTrackId,
    type: "actionCallback",
    corpId: app.corpId,
    userId,
    userIdType: 1,
    spaceType: "im",
    spaceId: card.shown().conversationIds[0] ?? "",
    extension: "{}",
    content,
    value: content,
  };
  const delivery = await deliveries.deliver(app, {
    type: "CALLBACK",
    topic: "/v1.0/card/instances/callback",
    data: JSON.stringify(data),
    repeatAfterMs: [],
    lastWaitMs: CLICK_DEADLINE_MS,
    newFrameId: false,
    hold: false,
    accepts: () => true,
  });
  if (delivery.acked) applyAnswer(card, userId, delivery.data);
  return delivery;
}

/** Pushes an event, and again while the answer is not a success. */
export async function pushEvent(
  core: Core,
  deliveries: Deliveries,
  app: RegisteredApp,
  input: EventInput,
): Promise<Delivery> {
  if (app.events === "off") return { acked: false, reason: "http-mode", attempts: 0 };
  return deliveries.deliver(app, {
    type: "EVENT",
    topic: "*",
    data: JSON.stringify(input.data ?? {}),
    headers: {
      eventType: input.type,
      eventBornTime: String(core.nowMs()),
      eventId: core.ids.uuid(),
      eventCorpId: app.corpId,
      eventUnifiedAppId: app.clientId,
    },
    repeatAfterMs: EVENT_REPEATS_MS,
    lastWaitMs: EVENT_REPEATS_MS[1],
    newFrameId: false,
    hold: false,
    accepts: ({ code, data }) => {
      const answer = parseJson(data);
      return code === 200 && !(isObject(answer) && answer["status"] === "LATER");
    },
  });
}

function applyAnswer(card: CardInstance, userId: string, data: string): void {
  const answer = parseJson(data);
  if (!isObject(answer)) return;
  const response = objectAt(answer, "response");
  const options = objectAt(response, "cardUpdateOptions");
  const params = objectAt(response, "cardData")["cardParamMap"];
  const own = objectAt(response, "userPrivateData")["cardParamMap"];
  if (isTextMap(params)) card.update(params, options["updateCardDataByKey"] === true);
  if (isTextMap(own)) card.updatePrivate(userId, own, options["updatePrivateDataByKey"] === true);
}
