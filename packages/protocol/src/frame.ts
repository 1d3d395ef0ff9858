import { sampleOf } from "./decode-sample.ts";
import { DecodeError } from "./errors.ts";
import { asText, isRecord, parseJson } from "./wire-value.ts";

/** One Stream message from the gateway. */
export interface Frame {
  readonly specVersion: string | undefined;
  /** `SYSTEM`, `EVENT` or `CALLBACK`. Types that we do not know pass through. */
  readonly type: "SYSTEM" | "EVENT" | "CALLBACK" | (string & {});
  /** `headers.topic`: what the frame is about. */
  readonly topic: string;
  /** `headers.messageId`: what the ack names. Empty when the gateway gave none. Not the chat's message id. */
  readonly frameId: string;
  readonly contentType: string | undefined;
  /** All headers, as they came: mostly text, but nothing about it is promised. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** JSON text, as it came: its meaning depends on the topic. */
  readonly data: string;
}

/** What a client answers to a frame. Not a chat reply. */
export interface Ack {
  /** 200 ok, 400 bad request, 404 no handler for the topic, 500 handler failed. @defaultValue 200 */
  readonly code?: number | undefined;
  /** @defaultValue `OK` */
  readonly message?: string | undefined;
  /** Sent as a string: text goes out unchanged (a `ping` wants its data back verbatim), all else as JSON text. */
  readonly data: unknown;
}

export interface ParseFrameOptions {
  /** Larger frames are refused before they are parsed, in bytes of UTF-8. @defaultValue 4 MiB */
  readonly maxBytes?: number | undefined;
}

/** Far above the largest robot message, far below what hurts a process. */
export const DEFAULT_MAX_FRAME_BYTES: number = 4 * 1024 * 1024;

/**
 * Decodes one text frame.
 *
 * @throws DecodeError when it is not a JSON object, has no type or topic, or is larger than `maxBytes`. Nothing else.
 * @see https://opensource.dingtalk.com/developerpedia/docs/learn/stream/protocol
 */
export function parseFrame(text: string, options: ParseFrameOptions = {}): Frame {
  requireSize(text, options.maxBytes ?? DEFAULT_MAX_FRAME_BYTES);
  const wire = parseJson(text);
  if (!isRecord(wire)) throw new DecodeError("frame is not a JSON object", { sample: sampleOf(text) });
  const { headers, data } = wire;
  if (!isRecord(headers)) throw new DecodeError("frame has no headers", { sample: sampleOf(text) });
  return {
    specVersion: asText(wire["specVersion"]),
    type: asText(wire["type"]) ?? missing("type", text),
    topic: asText(headers["topic"]) ?? missing("headers.topic", text),
    frameId: asText(headers["messageId"]) ?? "",
    contentType: asText(headers["contentType"]),
    headers,
    data: typeof data === "string" ? data : jsonText(data),
  };
}

/**
 * Encodes the ack of one frame.
 *
 * @throws TypeError when `ack.data` cannot be written as JSON (a cycle, a BigInt): a fault of the caller.
 */
export function encodeAck(frame: Pick<Frame, "frameId">, ack: Ack): string {
  return prepareAck(ack)(frame);
}

/**
 * Encodes an ack that many frames get, as far as it is the same for all of them. A client writes one for every frame.
 *
 * @throws TypeError as {@link encodeAck} does.
 */
export function prepareAck(ack: Ack): (frame: Pick<Frame, "frameId">) => string {
  const data = typeof ack.data === "string" ? ack.data : JSON.stringify(ack.data ?? {});
  const head = `{"code":${ack.code ?? 200},"headers":{"contentType":"application/json","messageId":`;
  const tail = `},"message":${JSON.stringify(ack.message ?? "OK")},"data":${JSON.stringify(data)}}`;
  return ({ frameId }) => head + JSON.stringify(frameId) + tail;
}

function requireSize(text: string, maxBytes: number): void {
  // A UTF-16 unit is at most 3 bytes of UTF-8: most frames need no count.
  if (text.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw new DecodeError(`frame of ${bytes} bytes is larger than the limit of ${maxBytes} bytes`, {
    sample: sampleOf(text),
  });
}

function missing(field: string, text: string): never {
  throw new DecodeError(`frame has no ${field}`, { sample: sampleOf(text) });
}

function jsonText(value: unknown): string {
  if (value === undefined || value === null) return "";
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // JSON.parse takes any depth, JSON.stringify does not.
    throw new DecodeError("frame is nested too deep", { cause });
  }
}
