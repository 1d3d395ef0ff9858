import type { WebSocket } from "ws";

import type { Core } from "./core.ts";
import { createFrameLedger } from "./frame-ledger.ts";
import { encodeFrame } from "./frame.ts";
import type { FrameAnswer, OutFrame } from "./frame.ts";
import { isObject, parseJson } from "./json.ts";
import type { Subscription } from "./subscription.ts";
import type { Admission } from "./tickets.ts";

/** One live socket, as `connections()` shows it. */
export interface ConnectionInfo {
  readonly connectionId: string;
  readonly clientId: string;
  readonly subscriptions: readonly Subscription[];
  readonly openedAtMs: number;
  /** `draining` after a `disconnect` frame: nothing is pushed any more. */
  readonly state: "live" | "draining";
  /** SYSTEM pings so far, and how many of them came back right. */
  readonly pings: { readonly sent: number; readonly answered: number };
}

/** One socket of one app. */
export interface StreamConnection {
  info(): ConnectionInfo;
  /** False as soon as one side has begun to close. */
  isOpen(): boolean;
  isSubscribed(type: string, topic: string): boolean;
  /** Sends a frame; `onAnswer` runs for each response to it. */
  push(frame: OutFrame, onAnswer?: (answer: FrameAnswer) => void): void;
  /** Sends text as it is, well-formed or not. */
  sendRaw(text: string): void;
  /** The `disconnect` frame: no more pushes, and the socket closes after the grace time. */
  disconnect(reason: string): void;
  /** Cuts the socket without a close frame. */
  drop(): void;
}

export function createStreamConnection(
  core: Core,
  socket: WebSocket,
  { app, subscriptions }: Admission,
): StreamConnection {
  const connectionId = core.ids.uuid();
  const openedAtMs = core.nowMs();
  const ledger = createFrameLedger();
  const timers = new Set<Disposable>();
  const pings = { sent: 0, answered: 0 };
  let state: "live" | "draining" = "live";

  const violate = (what: string): void => void core.violations.push(`${app.clientId}: ${what}`);
  const push: StreamConnection["push"] = (frame, onAnswer) => {
    ledger.sent(frame, onAnswer);
    socket.send(encodeFrame(frame, { appId: app.clientId, connectionId, nowMs: core.nowMs() }));
  };
  const system = (topic: string, data: unknown, onAnswer?: (answer: FrameAnswer) => void): void =>
    push({ type: "SYSTEM", topic, frameId: core.ids.frameId(), data: JSON.stringify(data) }, onAnswer);

  const ping = (): void => {
    const opaque = core.ids.uuid();
    const deadline = core.timers.after(core.options.pingTimeoutMs, () => {
      violate(`did not answer a ping within ${core.options.pingTimeoutMs} ms`);
      socket.terminate();
    });
    timers.add(deadline);
    pings.sent += 1;
    socket.ping();
    system("ping", { opaque }, (answer) => {
      deadline[Symbol.dispose]();
      timers.delete(deadline);
      const echo = parseJson(answer.data);
      if (answer.code !== 200) return violate(`answered a ping with code ${answer.code}`);
      if (!isObject(echo) || echo["opaque"] !== opaque) {
        return violate("did not echo a ping's opaque value");
      }
      pings.answered += 1;
    });
  };
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const violation = ledger.received(data.toString("utf8"), isBinary);
    if (violation !== undefined) violate(violation);
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    for (const timer of timers) timer[Symbol.dispose]();
  });

  const { connected, registered, keepAliveMs } = core.options.systemFrames;
  if (connected) system("CONNECTED", {});
  if (registered) system("REGISTERED", {});
  if (keepAliveMs > 0) timers.add(core.timers.every(keepAliveMs, () => system("KEEPALIVE", {})));
  if (core.options.pingIntervalMs > 0) timers.add(core.timers.every(core.options.pingIntervalMs, ping));

  return {
    info: () => ({
      connectionId,
      clientId: app.clientId,
      subscriptions,
      openedAtMs,
      state,
      pings: { ...pings },
    }),
    isOpen: () => socket.readyState === socket.OPEN,
    isSubscribed: (type, topic) =>
      subscriptions.some((wanted) => wanted.type === type && wanted.topic === topic),
    push,
    sendRaw: (text) => socket.send(text),
    disconnect(reason) {
      if (state === "draining") return;
      state = "draining";
      system("disconnect", { reason });
      timers.add(core.timers.after(core.options.disconnectGraceMs, () => socket.close(1000)));
    },
    drop: () => socket.terminate(),
  };
}
