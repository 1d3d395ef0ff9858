import type { CardAction } from "./card-action.ts";
import { missing, requireObject } from "./wire-object.ts";
import { asArray, asRecord, asText } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/**
 * Decodes a card callback: a `CALLBACK` frame's data, or the body of an HTTP callback, as JSON text or object.
 *
 * The click stands under `content` and again under `value`, each an object or JSON text.
 *
 * @throws DecodeError when it is not an object or has no `outTrackId`. Nothing else.
 * @see https://open.dingtalk.com/document/development/event-callback-card
 */
export function parseCardAction(data: unknown): CardAction {
  const wire = requireObject(data, "card callback");
  const content = privateData(wire["content"]);
  const value = privateData(wire["value"]);
  return {
    outTrackId: asText(wire["outTrackId"]) ?? missing(wire, "outTrackId", "card callback"),
    userId: asText(wire["userId"]),
    corpId: asText(wire["corpId"]),
    spaceType: asText(wire["spaceType"]),
    spaceId: asText(wire["spaceId"]),
    actionIds: readActionIds(content) ?? readActionIds(value) ?? [],
    params: asRecord(content?.["params"]) ?? asRecord(value?.["params"]) ?? {},
    raw: wire,
  };
}

function privateData(value: unknown): WireRecord | undefined {
  const outer = asRecord(value);
  return outer === undefined ? undefined : (asRecord(outer["cardPrivateData"]) ?? outer);
}

function readActionIds(data: WireRecord | undefined): readonly string[] | undefined {
  if (data === undefined) return undefined;
  const ids = asArray(data["actionIds"])?.filter((id) => typeof id === "string" && id !== "");
  if (ids !== undefined && ids.length > 0) return ids.map(String);
  const id = asText(data["actionId"]);
  return id === undefined ? undefined : [id];
}
