import { DecodeError } from "./errors.ts";
import type { DingTalkEvent } from "./event.ts";
import type { Frame } from "./frame.ts";
import { requireObject } from "./wire-object.ts";
import { asRecord, parseJson, readNumber, readString } from "./wire-value.ts";

/**
 * Decodes an `EVENT` frame. What the event is stands in the frame's headers, what happened in its data.
 *
 * @throws DecodeError when neither the headers nor the data say which event it is. Nothing else.
 */
export function parseEvent(frame: Pick<Frame, "headers" | "data">): DingTalkEvent {
  const body = asRecord(frame.data) ?? {};
  const type = readString(frame.headers, "eventType") ?? readString(body, "eventType", "EventType");
  if (type === undefined) throw new DecodeError("event frame has no eventType");
  return {
    type,
    eventId: readString(frame.headers, "eventId") ?? readString(body, "eventId"),
    corpId: readString(frame.headers, "eventCorpId") ?? readString(body, "corpId", "CorpId"),
    bornAtMs: readNumber(frame.headers, "eventBornTime") ?? readNumber(body, "timeStamp", "EventTime"),
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
  const type = readString(body, "EventType", "eventType");
  if (type === undefined) throw new DecodeError("event has no EventType");
  return {
    type,
    eventId: readString(body, "eventId", "EventId", "BizId"),
    corpId: readString(body, "CorpId", "corpId"),
    bornAtMs: readNumber(body, "EventTime", "TimeStamp", "timeStamp"),
    data: body,
  };
}
