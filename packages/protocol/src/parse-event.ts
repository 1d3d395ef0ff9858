import { DecodeError } from "./errors.ts";
import type { DingTalkEvent } from "./event.ts";
import type { Frame } from "./frame.ts";
import { requireObject } from "./wire-object.ts";
import { asNumber, asRecord, asText, parseJson } from "./wire-value.ts";

/**
 * Decodes an `EVENT` frame. What the event is stands in the frame's headers, what happened in its data.
 *
 * @throws DecodeError when neither the headers nor the data say which event it is. Nothing else.
 */
export function parseEvent(frame: Pick<Frame, "headers" | "data">): DingTalkEvent {
  const body = asRecord(frame.data) ?? {};
  const type = asText(frame.headers["eventType"]) ?? asText(body["eventType"]) ?? asText(body["EventType"]);
  if (type === undefined) throw new DecodeError("event frame has no eventType");
  return {
    type,
    eventId: asText(frame.headers["eventId"]) ?? asText(body["eventId"]),
    corpId: asText(frame.headers["eventCorpId"]) ?? asText(body["corpId"]) ?? asText(body["CorpId"]),
    bornAtMs:
      asNumber(frame.headers["eventBornTime"]) ?? asNumber(body["timeStamp"]) ?? asNumber(body["EventTime"]),
    data: parseJson(frame.data) ?? frame.data,
  };
}

/**
 * Decodes the decrypted body of an HTTP event push. Unlike Stream mode, it says everything in one object, with
 * capitalised keys.
 *
 * @throws DecodeError when it is not an object or has no `EventType`. Nothing else.
 */
export function parseHttpEvent(data: unknown): DingTalkEvent {
  const body = requireObject(data, "event");
  const type = asText(body["EventType"]) ?? asText(body["eventType"]);
  if (type === undefined) throw new DecodeError("event has no EventType");
  return {
    type,
    eventId: asText(body["eventId"]) ?? asText(body["EventId"]) ?? asText(body["BizId"]),
    corpId: asText(body["CorpId"]) ?? asText(body["corpId"]),
    bornAtMs: asNumber(body["EventTime"]) ?? asNumber(body["TimeStamp"]) ?? asNumber(body["timeStamp"]),
    data: body,
  };
}
