import { once } from "node:events";

import type { Simulator } from "dingtalk-simulator";
import { WebSocket } from "ws";

import { call, dig } from "./call.ts";

export interface ReceivedFrame {
  readonly type: string;
  readonly topic: string;
  readonly frameId: string;
  readonly headers: unknown;
  /** The parsed `data`. */
  readonly data: unknown;
}

/** A bare Stream client: it does nothing that the test does not tell it to. */
export interface StreamPeer extends AsyncDisposable {
  /** The next frame, in order of arrival. */
  next(): Promise<ReceivedFrame>;
  /** Frames that arrived and were not taken. */
  readonly waiting: number;
  ack(frame: ReceivedFrame, data?: unknown, code?: number): void;
  sendRaw(text: string | Buffer): void;
  /** Resolves when the other side answers a WebSocket ping. */
  pong(): Promise<void>;
  /** Codes of TCP errors so far. */
  readonly errors: readonly string[];
  /** Cuts the socket at once. */
  terminate(): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

export const ROBOT_TOPIC = "/v1.0/im/bot/messages/get";
export const CARD_TOPIC = "/v1.0/card/instances/callback";
export const ALL_TOPICS = [
  { type: "EVENT", topic: "*" },
  { type: "CALLBACK", topic: ROBOT_TOPIC },
  { type: "CALLBACK", topic: CARD_TOPIC },
] as const;

/** The registration answer, as an address to dial. */
export async function openEndpoint(
  simulator: Simulator,
  subscriptions: readonly object[] = ALL_TOPICS,
): Promise<string> {
  const { clientId, clientSecret } = simulator.app;
  const open = await call(`${simulator.url}/v1.0/gateway/connections/open`, {
    clientId,
    clientSecret,
    subscriptions,
  });
  return `${String(open.at("endpoint"))}?ticket=${encodeURIComponent(String(open.at("ticket")))}`;
}

export async function openPeer(
  simulator: Simulator,
  subscriptions: readonly object[] = ALL_TOPICS,
): Promise<StreamPeer> {
  const socket = new WebSocket(await openEndpoint(simulator, subscriptions));
  const arrived: ReceivedFrame[] = [];
  const takers: Array<(frame: ReceivedFrame) => void> = [];
  socket.on("message", (data: Buffer) => {
    const frame = readFrame(data.toString("utf8"));
    const take = takers.shift();
    if (take === undefined) arrived.push(frame);
    else take(frame);
  });
  const errors: string[] = [];
  socket.on("upgrade", ({ socket: transport }) =>
    transport.on("error", (error) => errors.push(String(dig(error, "code")))),
  );
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code: number) => resolve(code));
  });
  await once(socket, "open");
  return {
    next: () => {
      const frame = arrived.shift();
      return frame === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(frame);
    },
    get waiting() {
      return arrived.length;
    },
    ack: (frame, data = { response: null }, code = 200) =>
      socket.send(
        JSON.stringify({
          code,
          message: "OK",
          headers: { contentType: "application/json", messageId: frame.frameId },
          data: JSON.stringify(data),
        }),
      ),
    sendRaw: (text) => socket.send(text),
    pong: async () => {
      const answered = once(socket, "pong");
      socket.ping();
      await answered;
    },
    errors,
    terminate: () => socket.terminate(),
    closed,
    async [Symbol.asyncDispose]() {
      socket.close(1000);
      await closed;
    },
  };
}

function readFrame(text: string): ReceivedFrame {
  const frame: unknown = JSON.parse(text);
  const data: unknown = JSON.parse(String(dig(frame, "data")));
  return {
    type: String(dig(frame, "type")),
    topic: String(dig(frame, "headers.topic")),
    frameId: String(dig(frame, "headers.messageId")),
    headers: dig(frame, "headers"),
    data,
  };
}
