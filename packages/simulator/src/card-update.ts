import type { RegisteredApp } from "./app.ts";
import type { CardStore } from "./card-store.ts";
import { isObject, isTextMap, objectAt, textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { apiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { Call, Route } from "./route.ts";

/** `PUT /v1.0/card/instances`: overwrites the whole map, unless `cardUpdateOptions` asks to merge by key. */
export function createCardUpdate(cards: CardStore): readonly Route[] {
  const update = ({ body }: Call, app: RegisteredApp): Reply => {
    const outTrackId = textAt(body, "outTrackId");
    if (outTrackId === undefined) throw apiRefusal(400, "param.outTrackIdEmpty");
    const options = objectAt(body, "cardUpdateOptions");
    const params = readParams(body["cardData"]);
    const privateEntries = Object.entries(objectAt(body, "privateData"));
    if (params === undefined && privateEntries.length === 0) {
      throw apiRefusal(400, "param.cardDataAndPrivateDataBothEmpty");
    }
    const privateParams = privateEntries.map(([userId, data]) => [userId, readParams(data) ?? {}] as const);
    const card = cards.find(app, outTrackId);
    if (card === undefined) throw apiRefusal(400, "param.cardNotExist");
    if (params !== undefined) card.update(params, options["updateCardDataByKey"] === true);
    for (const [userId, map] of privateParams) {
      card.updatePrivate(userId, map, options["updatePrivateDataByKey"] === true);
    }
    return ok({ success: true, result: true });
  };
  return [
    {
      access: "token",
      method: "PUT",
      path: "/v1.0/card/instances",
      scope: "Card.Instance.Write",
      handle: update,
    },
  ];
}

function readParams(data: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(data)) return undefined;
  const params: unknown = (data satisfies JsonObject)["cardParamMap"];
  if (params === undefined) return undefined;
  if (!isTextMap(params)) throw apiRefusal(400, "param.invalid", "cardParamMap values must be strings");
  return params;
}
