import type { Socket } from "node:net";
import { nextTick } from "node:process";

import type { Clock } from "@dingtalk-kit/protocol";
import { WebSocket } from "ws";
import type { RawData } from "ws";

export interface SocketHandlers {
  /** Called for every message, in order. It must not throw: the socket is then dropped. */
  onMessage(text: string, socket: NetSocket): void;
  /** Called when anything at all arrives: a message (then before `onMessage`), a ping or a pong. Proof that the peer lives. */
  readonly onReceived?: (() => void) | undefined;
}

export interface SocketClosed {
  /** 1006 when the connection broke without a close frame. */
  readonly code: number;
  readonly reason: string;
  readonly error: Error | undefined;
}

/** One open WebSocket. */
export interface NetSocket {
  /** Resolves once when the socket is gone, whoever closed it. Never rejects. */
  readonly closed: Promise<SocketClosed>;
  /** Payload bytes so far, handshake included: they grow while a large message is still on its way. */
  readonly bytesReceived: number;
  /** False when the socket is no longer open and the text was not sent. */
  send(text: string): boolean;
  ping(): void;
  /** Stops reading, so that TCP slows the sender down. Pongs are not read either. */
  pause(): void;
  resume(): void;
  /** Says goodbye with a close frame and waits for the peer's; after `limitMs` the connection is cut. */
  close(code: number, reason: string, limitMs: number): Promise<void>;
  /** Cuts the connection without a close frame. */
  terminate(): void;
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString("utf8");
  return Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString("utf8");
}

/** Listens at once: the gateway may send its first frame together with the handshake. */
export function ownSocket(socket: WebSocket, clock: Clock, handlers: SocketHandlers): NetSocket {
  let failure: Error | undefined;
  let wire: Socket | undefined;
  let corked = false;
  /** What is sent at one go leaves in one write: the acks of a burst cost one system call. */
  const cork = (): void => {
    if (corked || wire === undefined) return;
    corked = true;
    wire.cork();
    nextTick(() => {
      corked = false;
      wire?.uncork();
    });
  };
  const closed = new Promise<SocketClosed>((resolve) => {
    socket.once("close", (code, reason) =>
      resolve({ code, reason: reason.toString("utf8"), error: failure }),
    );
  });
  const self: NetSocket = {
    closed,
    get bytesReceived() {
      return wire?.bytesRead ?? 0;
    },
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      cork();
      // As bytes, `ws` puts head and text into one chunk; of a string it makes two writes. A failed one is followed by
      // `error` and `close`.
      socket.send(Buffer.from(text), { binary: false });
      return true;
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    async close(code, reason, limitMs) {
      const limit = clock.after(limitMs, () => socket.terminate());
      // A paused socket would never read the peer's close frame.
      socket.resume();
      socket.close(code, reason);
      await closed;
      limit[Symbol.dispose]();
    },
    terminate: () => socket.terminate(),
  };
  socket.once("upgrade", (response) => {
    wire = response.socket;
  });
  socket.on("error", (error) => {
    failure ??= error;
    // `ws` would wait half a minute for the peer's close frame; meanwhile nothing more is read.
    socket.terminate();
  });
  socket.on("ping", () => handlers.onReceived?.());
  socket.on("pong", () => handlers.onReceived?.());
  socket.on("message", (data) => {
    handlers.onReceived?.();
    try {
      handlers.onMessage(textOf(data), self);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error("onMessage threw", { cause: error });
      socket.terminate();
    }
  });
  return self;
}
