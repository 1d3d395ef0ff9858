import { once } from "node:events";
import http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

export interface OpenAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface GatewaySocket {
  readonly socket: WebSocket;
  readonly ticket: string | null;
  /** What the client sent, parsed. */
  readonly received: Record<string, unknown>[];
  /** Set once the socket has closed. */
  readonly closed: { code: number | undefined };
  send(message: object | string): void;
  /** Bytes as they are, below WebSocket's own rules. */
  sendRaw(bytes: Uint8Array): void;
}

/** A bare gateway for what a simulator does not do: refusals, garbage, silence. */
export interface Gateway extends AsyncDisposable {
  readonly api: string;
  readonly socketUrl: string;
  /** Calls of `connections/open`. */
  readonly opens: { readonly headers: http.IncomingHttpHeaders; readonly body: Record<string, unknown> }[];
  /** GETs of the same path. */
  readonly knocks: { count: number };
  /** While set, every call gets this answer. */
  outage: OpenAnswer | "silence" | undefined;
  readonly sockets: GatewaySocket[];
  /** Answers of the next calls; after them, or for `undefined`, an endpoint and a fresh ticket. */
  readonly answers: (OpenAnswer | "silence" | undefined)[];
  /** Status with which the next upgrades are refused. */
  readonly refusals: number[];
  /** Connections that are open now, sockets included. */
  connections(): number;
  /** WebSockets that were open at the same time, at most and, once there was one, at least. */
  readonly extent: { most: number; least: number };
}

export interface GatewayOptions {
  onSocket?(socket: GatewaySocket): void;
  /** Endpoint of the answers instead of the gateway's own. */
  readonly endpoint?: string;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

function admit(socket: WebSocket, request: IncomingMessage, wire: Duplex): GatewaySocket {
  const received: Record<string, unknown>[] = [];
  const closed: { code: number | undefined } = { code: undefined };
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => received.push(JSON.parse(data.toString())));
  socket.on("close", (code) => {
    closed.code = code;
  });
  return {
    socket,
    ticket: new URL(request.url ?? "/", "http://gateway").searchParams.get("ticket"),
    received,
    closed,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    sendRaw: (bytes) => void wire.write(bytes),
  };
}

export async function openGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const server = http.createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  const connections = new Set<object>();
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => connections.delete(connection));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const gateway: Gateway = {
    api: `http://127.0.0.1:${address.port}`,
    socketUrl: options.endpoint ?? `ws://127.0.0.1:${address.port}/connect`,
    opens: [],
    knocks: { count: 0 },
    outage: undefined,
    sockets: [],
    answers: [],
    refusals: [],
    connections: () => connections.size,
    extent: { most: 0, least: Infinity },
    async [Symbol.asyncDispose]() {
      for (const { socket } of gateway.sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const measure = (): void => {
    const count = gateway.sockets.filter(({ closed }) => closed.code === undefined).length;
    gateway.extent.most = Math.max(gateway.extent.most, count);
    gateway.extent.least = Math.min(gateway.extent.least, count);
  };
  const open = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const knock = request.method === "GET";
    if (knock) gateway.knocks.count += 1;
    else gateway.opens.push({ headers: request.headers, body: await readJson(request) });
    const ticket = `ticket-${gateway.opens.length}`;
    const good = knock
      ? { status: 404, body: { code: "InvalidAction.NotFound" } }
      : { status: 200, body: { endpoint: gateway.socketUrl, ticket } };
    const answer = gateway.outage ?? (knock ? undefined : gateway.answers.shift()) ?? good;
    if (answer === "silence") return;
    const { status, body } = answer;
    const html = typeof body === "string";
    response.writeHead(status, { "content-type": html ? "text/html" : "application/json" });
    response.end(html ? body : JSON.stringify(body));
  };
  server.on("request", (request, response) => void open(request, response));
  server.on("upgrade", (request, socket, head) => {
    const status = gateway.refusals.shift();
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const admitted = admit(webSocket, request, socket);
      gateway.sockets.push(admitted);
      measure();
      webSocket.on("close", measure);
      options.onSocket?.(admitted);
    });
  });
  return gateway;
}

export interface FrameParts {
  readonly type?: string;
  readonly topic?: string;
  readonly id?: string;
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A frame as DingTalk writes it. */
export function frame({
  type = "CALLBACK",
  topic = "/v1.0/im/bot/messages/get",
  id = "f1",
  data,
  headers,
}: FrameParts): object {
  return {
    specVersion: "1.0",
    type,
    headers: { topic, messageId: id, contentType: "application/json", time: "1770000000000", ...headers },
    data: typeof data === "string" ? data : JSON.stringify(data ?? {}),
  };
}

export function robotMessage(text: string, messageId = `msg-${text}`): object {
  return {
    msgId: messageId,
    msgtype: "text",
    text: { content: text },
    conversationType: "1",
    conversationId: "cidDirect==",
    senderStaffId: "user01",
    senderId: "$:LWCP_v1:$abc",
    robotCode: "dingexampleapp01",
  };
}

/** Waits until `condition` holds, turn by turn of the event loop; the test's own limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Turns of the event loop in which everything on loopback has come to rest. */
const TURNS = 60;

export async function rest(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
