import type { Socket } from "node:net";

import type { WebSocket } from "ws";

import type { Core } from "./core.ts";
import type { FaultDetails } from "./fault-spec.ts";
import { createFrameExchange } from "./frame-exchange.ts";
import type { FrameExchange, FrameWatch } from "./frame-exchange.ts";
import type { OutFrame } from "./frame.ts";
import { startPings } from "./stream-ping.ts";
import type { PingCount } from "./stream-ping.ts";
import type { Subscription } from "./subscription.ts";
import type { Admission } from "./tickets.ts";
import { createTimers } from "./timers.ts";
import type { Timers } from "./timers.ts";

/** One live socket, as `connections()` shows it. */
export interface ConnectionInfo {
  readonly connectionId: string;
  readonly clientId: string;
  readonly subscriptions: readonly Subscription[];
  readonly openedAtMs: number;
  /** `draining` after a `disconnect` frame: nothing is pushed any more. `half-open`: the fault, nobody is there. */
  readonly state: "live" | "draining" | "half-open";
  readonly pings: PingCount;
}

/** One socket of one app. */
export interface StreamConnection {
  readonly connectionId: string;
  readonly clientId: string;
  info(): ConnectionInfo;
  /** False as soon as one side has begun to close. */
  isOpen(): boolean;
  /** Open, and neither draining nor half-open. */
  isLive(): boolean;
  /** Whether DingTalk believes that a push of this kind arrives here. */
  takes(type: string, topic: string): boolean;
  /** Sends a message or an event. */
  push(frame: OutFrame, watch: FrameWatch): void;
  /** Sends text as it is, well-formed or not. */
  sendRaw(text: string): void;
  /** The `disconnect` frame: no more pushes, and the socket closes after the grace time. */
  disconnect(reason: string): void;
  /** Cuts the socket without a close frame. */
  drop(): void;
  /** See the fault `socket.half-open`. */
  goHalfOpen(details: FaultDetails<"socket.half-open">): void;
  /** TCP RST. */
  reset(): void;
  close(code: number): void;
}

/** What a connection is made of. */
interface Parts {
  readonly socket: WebSocket;
  /** What the WebSocket runs on. */
  readonly transport: Socket;
  readonly admission: Admission;
  /** Runs after a message or an event went down. */
  onPushed(): void;
  /** Runs once, when nothing can be pushed here any more. */
  onGone(): void;
}

export function createStreamConnection(core: Core, parts: Parts): StreamConnection {
  const { socket, transport } = parts;
  const { app, subscriptions } = parts.admission;
  const connectionId = core.ids.uuid();
  const openedAtMs = core.nowMs();
  const timers = createTimers(core.ports.clock);
  let state: ConnectionInfo["state"] = "live";
  let routedUntilMs = Number.POSITIVE_INFINITY;

  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const violate = (what: string): void => void core.violations.push(`${app.clientId}: ${what}`);
  const write = (text: string): boolean => {
    if (state === "half-open" || !isOpen()) return false;
    socket.send(text);
    return true;
  };
  const exchange = createFrameExchange(core, { connectionId, clientId: app.clientId, timers, write });
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const violation = exchange.received(data.toString("utf8"), isBinary);
    if (violation !== undefined) violate(violation);
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    timers[Symbol.dispose]();
    if (state !== "half-open") parts.onGone();
  });

  greet(core, timers, exchange);
  const pings = startPings(core, timers, {
    send: (data, onAnswer) => {
      socket.ping();
      exchange.system("ping", data, onAnswer);
    },
    violate,
    cut: () => socket.terminate(),
  });

  const { clientId } = app;
  const isLive = (): boolean => state === "live" && isOpen();
  return {
    connectionId,
    clientId,
    info: () => ({ connectionId, clientId, subscriptions, openedAtMs, state, pings: pings() }),
    isOpen,
    isLive,
    takes: (type, topic) =>
      (state === "half-open" ? core.nowMs() < routedUntilMs : isLive()) &&
      subscriptions.some((wanted) => wanted.type === type && wanted.topic === topic),
    push(frame, watch) {
      exchange.push(frame, watch);
      parts.onPushed();
    },
    sendRaw: (text) => void write(text),
    disconnect(reason) {
      if (state !== "live") return;
      state = "draining";
      exchange.system("disconnect", { reason });
      timers.after(core.options.disconnectGraceMs, () => socket.close(1000));
    },
    drop: () => socket.terminate(),
    goHalfOpen({ routeForMs }) {
      if (state === "half-open") return;
      state = "half-open";
      routedUntilMs = core.nowMs() + routeForMs;
      timers[Symbol.dispose]();
      // A FIN is noticed, so that a client's socket can close; DingTalk goes on routing here all the same.
      discardInput(transport);
      core.timers.after(routeForMs, () => parts.onGone());
    },
    reset: () => core.sockets.reset(transport),
    close(code) {
      state = "draining";
      if (code === 1006) transport.end(() => socket.terminate());
      else socket.close(code);
    },
  };
}

/** The frames that DingTalk sends sometimes, as the options say. */
function greet({ options }: Core, timers: Timers, exchange: FrameExchange): void {
  const { connected, registered, keepAliveMs } = options.systemFrames;
  if (connected) exchange.system("CONNECTED", {});
  if (registered) exchange.system("REGISTERED", {});
  if (keepAliveMs > 0) timers.every(keepAliveMs, () => exchange.system("KEEPALIVE", {}));
}

/** Takes and throws away every byte, below the WebSocket: pings, close frames and responses find nobody. */
function discardInput(transport: Socket): void {
  transport.removeAllListeners("data");
  transport.resume();
}
