import { DecodeError, encodeAck, parseFrame } from "@dingtalk-kit/protocol";
import type { Frame, Logger, Ports } from "@dingtalk-kit/protocol";
import type { Net, NetSocket, SocketClosed } from "@dingtalk-kit/net";

import type { Endpoint } from "./endpoint.ts";
import type { OnFrame, SendAck } from "./frame-inbound.ts";
import { malformedFrameId } from "./malformed-frame.ts";

/** One socket and its end. Never reused. */
export interface Connection {
  /** Resolves, with DingTalk's reason, when it asks for a new connection. This one works until DingTalk closes it. */
  readonly rotated: Promise<string>;
  /** Resolves when the socket is gone. Never rejects. */
  readonly closed: Promise<SocketClosed>;
  /** When anything arrived last, be it a part of a frame. */
  heardAtMs(): number;
  ping(): void;
  /** Stops reading, pongs included. */
  pause(): void;
  resume(): void;
  /** Says goodbye; the socket is gone at most {@link CLOSE_MS} later. */
  close(): void;
  /** Cuts the socket without a word. */
  terminate(): void;
}

export interface ConnectionRequest {
  readonly onFrame: OnFrame;
  readonly handshakeTimeoutMs: number;
  readonly signal: AbortSignal;
}

const CLOSE_MS = 2_000;
const NORMAL_CLOSURE = 1000;

function socketUrl({ endpoint, ticket }: Endpoint): string {
  const url = URL.parse(endpoint);
  if (url === null) return endpoint;
  url.searchParams.set("ticket", ticket);
  return url.href;
}

function reasonOf(frame: Frame): string {
  try {
    const data: unknown = JSON.parse(frame.data);
    if (typeof data === "object" && data !== null && "reason" in data) return String(data.reason);
  } catch {
    // No reason given.
  }
  return "no reason given";
}

/** Takes each message apart: SYSTEM frames are ours, malformed ones are refused, the rest goes to `onFrame`. */
function createReader(
  onFrame: OnFrame,
  onDisconnect: (reason: string) => void,
  log: Logger,
): (text: string, socket: NetSocket, receivedAtMs: number) => void {
  const onSystem = (frame: Frame, send: SendAck): void => {
    if (frame.topic === "ping") send(encodeAck(frame, { data: frame.data }));
    else if (frame.topic === "disconnect") onDisconnect(reasonOf(frame));
    // CONNECTED, REGISTERED, KEEPALIVE: not always sent, so nothing may wait for them.
    else log.debug("system frame", { topic: frame.topic });
  };
  let send: SendAck | undefined;
  return (text, socket, receivedAtMs) => {
    send ??= (ack) => socket.send(ack);
    try {
      const frame = parseFrame(text);
      if (frame.type === "SYSTEM") onSystem(frame, send);
      else onFrame(frame, send, receivedAtMs);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      log.warn(`malformed frame skipped: ${error.message}`, { sample: error.sample });
      const frameId = malformedFrameId(text);
      if (frameId !== undefined)
        send(encodeAck({ frameId }, { code: 400, message: "malformed frame", data: {} }));
    }
  };
}

/**
 * Opens one socket.
 *
 * @throws what {@link Net.openWebSocket} throws.
 */
export async function openConnection(
  endpoint: Endpoint,
  net: Net,
  request: ConnectionRequest,
  { clock, log }: Ports,
): Promise<Connection> {
  const rotated = Promise.withResolvers<string>();
  let heardAtMs = clock.nowMs();
  const read = createReader(request.onFrame, (reason) => rotated.resolve(reason), log);
  const socket = await net.openWebSocket(socketUrl(endpoint), {
    onMessage: (text, from) => read(text, from, heardAtMs),
    onReceived() {
      heardAtMs = clock.nowMs();
    },
    handshakeTimeoutMs: request.handshakeTimeoutMs,
    signal: request.signal,
  });
  let closing = false;
  let looked = { heardAtMs, bytes: socket.bytesReceived };
  return {
    rotated: rotated.promise,
    closed: socket.closed,
    heardAtMs() {
      const bytes = socket.bytesReceived;
      // Bytes and nothing whole: a large frame on a slow line. The peer lives.
      if (bytes !== looked.bytes && heardAtMs === looked.heardAtMs) heardAtMs = clock.nowMs();
      looked = { heardAtMs, bytes };
      return heardAtMs;
    },
    ping: () => socket.ping(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      if (closing) return;
      closing = true;
      void socket.close(NORMAL_CLOSURE, "client closed", CLOSE_MS);
    },
    terminate: () => socket.terminate(),
  };
}
