import {
  CARD_ACTION_TOPIC,
  ROBOT_MESSAGE_TOPIC,
  encodeAck,
  parseCardAction,
  parseEvent,
  parseRobotMessage,
  prepareAck,
} from "@dingtalk-kit/protocol";
import type { Frame, Inbound, InboundBody, Ports } from "@dingtalk-kit/protocol";

import type { Subscription } from "./options.ts";

/** Sends an ack on the socket that the frame came from. False when that socket is gone. */
export type SendAck = (text: string) => boolean;

/** Takes EVENT and CALLBACK frames. */
export type OnFrame = (frame: Frame, send: SendAck, receivedAtMs: number) => void;

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What a frame delivers, or `undefined` when nobody here subscribed to its topic.
 *
 * @throws DecodeError when it is of a known topic and cannot be understood.
 */
function readBody(frame: Frame, subscribed: ReadonlySet<string>): InboundBody | undefined {
  if (frame.type === "EVENT") return { kind: "event", event: parseEvent(frame) };
  if (frame.type !== "CALLBACK") return undefined;
  switch (frame.topic) {
    case ROBOT_MESSAGE_TOPIC:
      return { kind: "robot-message", message: parseRobotMessage(frame.data) };
    case CARD_ACTION_TOPIC:
      return { kind: "card-action", action: parseCardAction(frame.data) };
    default:
      if (!subscribed.has(frame.topic)) return undefined;
      return { kind: "unsupported", topic: frame.topic, data: jsonOrText(frame.data) };
  }
}

/** What almost every frame gets. */
const SUCCESS = prepareAck({ data: '{"status":"SUCCESS"}' });
const NO_RESPONSE = prepareAck({ data: '{"response":{}}' });

function accepted(frame: Frame, response: unknown): string {
  if (frame.type === "EVENT") return SUCCESS(frame);
  if (response === undefined || response === null) return NO_RESPONSE(frame);
  return encodeAck(frame, { data: { response } });
}

function refused(frame: Frame, reason: string): string {
  if (frame.type === "EVENT") return encodeAck(frame, { data: { status: "LATER", message: reason } });
  return encodeAck(frame, { code: 500, message: reason, data: { response: {} } });
}

interface Delivery {
  readonly frame: Frame;
  readonly body: InboundBody;
  readonly send: SendAck;
  readonly receivedAtMs: number;
}

/** Answers each frame at most once, and never throws: a socket that is gone means a redelivery. */
function createInbound({ frame, body, send, receivedAtMs }: Delivery): Inbound {
  let answered = false;
  const answer = <T>(encode: (frame: Frame, detail: T) => string, detail: T): void => {
    if (answered) return;
    answered = true;
    try {
      send(encode(frame, detail));
    } catch {
      // A response that JSON cannot hold: DingTalk still has to know that the frame arrived.
      send(encodeAck(frame, { code: 500, message: "response is not JSON", data: {} }));
    }
  };
  return {
    body,
    transport: "stream",
    frameId: frame.frameId,
    receivedAtMs,
    ack: (response) => answer(accepted, response),
    reject: (reason) => answer(refused, reason),
  };
}

/** Turns EVENT and CALLBACK frames into deliveries; refuses topics that nobody subscribed to. */
export function createFrameHandler(
  subscriptions: readonly Subscription[],
  { log }: Pick<Ports, "log">,
  deliver: (inbound: Inbound) => void,
): OnFrame {
  const subscribed = new Set(subscriptions.map(({ topic }) => topic));
  return (frame, send, receivedAtMs) => {
    const body = readBody(frame, subscribed);
    if (body !== undefined) return deliver(createInbound({ frame, body, send, receivedAtMs }));
    log.debug("frame of an unknown topic refused", { type: frame.type, topic: frame.topic });
    send(encodeAck(frame, { code: 404, message: "no handler for this topic", data: {} }));
  };
}
