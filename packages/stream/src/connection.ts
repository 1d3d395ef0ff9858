import { DecodeError, encodeAck, parseFrame } from "@dingtalk-kit/protocol";
import type { Frame, Logger, Ports } from "@dingtalk-kit/protocol";
import type { Net, NetSocket } from "@dingtalk-kit/net";

import type { Endpoint } from "./endpoint.ts";
import type { SendAck } from "./frame-inbound.ts";
import { createLivenessWatch } from "./liveness-watch.ts";
import { malformedFrameId } from "./malformed-frame.ts";

/** Why a connection no longer brings messages. */
export type ConnectionEnd =
  /** DingTalk asked for a new one. The socket still works until DingTalk closes it. */
  | { readonly kind: "rotated"; readonly reason: string }
  | { readonly kind: "lost"; readonly code: number; readonly reason: string };

/** One socket: its pings, its liveness, its end. Never reused. */
export interface Connection {
  /** Resolves once. Never rejects. */
  readonly ended: Promise<ConnectionEnd>;
  /** Resolves when the socket is gone. Never rejects. */
  readonly closed: Promise<void>;
  readonly lastReceivedAtMs: number;
  pause(): void;
  resume(): void;
  /** Leaves the socket to its last messages: DingTalk closes it, or we do after {@link DRAIN_MS}. */
  retire(): void;
  /** Says goodbye and waits until the socket is gone, at most {@link CLOSE_MS}. */
  close(): Promise<void>;
}

export interface ConnectionHandlers {
  /** EVENT and CALLBACK frames. */
  onFrame(frame: Frame, send: SendAck): void;
  /** Every ten seconds, when something has arrived since. */
  onAlive(): void;
}

export interface ConnectionRequest extends ConnectionHandlers {
  readonly handshakeTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** DingTalk closes a rotated socket after about ten seconds. */
const DRAIN_MS = 10_000;
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
  onFrame: ConnectionHandlers["onFrame"],
  onDisconnect: (reason: string) => void,
  log: Logger,
): (text: string, socket: NetSocket) => void {
  const onSystem = (frame: Frame, send: SendAck): void => {
    if (frame.topic === "ping") send(encodeAck(frame, { data: frame.data }));
    else if (frame.topic === "disconnect") onDisconnect(reasonOf(frame));
    // CONNECTED, REGISTERED, KEEPALIVE: not always sent, so nothing may wait for them.
    else log.debug("system frame", { topic: frame.topic });
  };
  return (text, socket) => {
    const send: SendAck = (ack) => socket.send(ack);
    try {
      const frame = parseFrame(text);
      if (frame.type === "SYSTEM") onSystem(frame, send);
      else onFrame(frame, send);
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
  const ended = Promise.withResolvers<ConnectionEnd>();
  const watch = createLivenessWatch(clock);
  const rotate = (reason: string): void => ended.resolve({ kind: "rotated", reason });
  const socket = await net.openWebSocket(socketUrl(endpoint), {
    onMessage: createReader((frame, send) => request.onFrame(frame, send), rotate, log),
    onReceived: () => watch.received(),
    handshakeTimeoutMs: request.handshakeTimeoutMs,
    signal: request.signal,
  });

  let silent = false;
  let drain: Disposable | undefined;
  watch.start({
    ping: () => socket.ping(),
    alive: () => request.onAlive(),
    dead() {
      silent = true;
      socket.terminate();
    },
  });
  const settle = async (): Promise<void> => {
    const { code, reason, error } = await socket.closed;
    watch[Symbol.dispose]();
    drain?.[Symbol.dispose]();
    const why = silent ? "nothing received" : reason || error?.message || "no reason given";
    ended.resolve({ kind: "lost", code, reason: why });
  };
  const closed = settle();
  const close = async (): Promise<void> => {
    await socket.close(NORMAL_CLOSURE, "client closed", CLOSE_MS);
    await closed;
  };
  const setPaused = (paused: boolean): void => {
    watch.paused = paused;
    if (paused) socket.pause();
    else socket.resume();
  };

  return {
    ended: ended.promise,
    closed,
    get lastReceivedAtMs() {
      return watch.lastReceivedAtMs;
    },
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    retire() {
      drain ??= clock.after(DRAIN_MS, () => void close());
    },
    close,
  };
}
