import type { FrameAnswer } from "./frame.ts";
import { isObject, objectAt, parseJson, textAt } from "./json.ts";

/** What a client sent, or what is wrong with it. */
export type ReadAnswer =
  | { readonly ok: true; readonly frameId: string; readonly answer: FrameAnswer }
  | { readonly ok: false; readonly violation: string };

const wrong = (violation: string): ReadAnswer => ({ ok: false, violation });

/** Checks one message from a client against the response format. */
export function readAnswer(message: string, isBinary: boolean): ReadAnswer {
  if (isBinary) return wrong("sent a binary message; frames are text");
  const value = parseJson(message);
  if (!isObject(value)) return wrong("sent a message that is not a JSON object");
  const frameId = textAt(objectAt(value, "headers"), "messageId");
  if (frameId === undefined) return wrong("sent a response without headers.messageId");
  const code = value["code"];
  if (typeof code !== "number" || !Number.isInteger(code)) {
    return wrong("sent a response whose code is not an integer");
  }
  const data = value["data"];
  if (typeof data !== "string") return wrong("sent a response whose data is not a string");
  return { ok: true, frameId, answer: { code, message: textAt(value, "message"), data } };
}
