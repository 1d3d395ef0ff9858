import { DecodeError, parseRobotMessage } from "@dingtalk-kit/protocol";
import type { JsonValue, RobotMessage } from "@dingtalk-kit/protocol";

/** What is kept of a message in its lane: the wire object, so that a later version can read more out of it. */
export function keptBody(message: RobotMessage): JsonValue {
  return { raw: jsonOf(message.raw) };
}

/** @throws DecodeError when it cannot be read, for instance because a newer version has written it. */
export function messageOf(body: JsonValue): RobotMessage {
  if (typeof body !== "object" || body === null || !("raw" in body)) {
    throw new DecodeError("the kept message has no wire object");
  }
  return parseRobotMessage(body.raw);
}

/** The wire object came as JSON, so nothing is lost here. */
function jsonOf(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, jsonOf(field)]));
  }
  if (typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
