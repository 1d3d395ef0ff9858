import { once } from "node:events";
import https from "node:https";
import type { Socket } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";

import { WebSocketServer } from "ws";
import type { RawData, WebSocket } from "ws";

export interface LoadSocket {
  readonly socket: WebSocket;
  /** What is pushed in one turn of the event loop leaves in one write: this side shall not be the bottleneck. */
  push(text: string): void;
}

/** A DingTalk that can do nothing but push, fast: registration, sockets, nothing else. */
export interface LoadGateway extends AsyncDisposable {
  readonly url: string;
  /** When each `connections/open` came, in milliseconds of the monotonic clock. */
  readonly opensAtMs: readonly number[];
  /** The socket of a client, as soon as it is open. */
  socketOf(clientId: string): Promise<LoadSocket>;
  readonly sockets: number;
}

const ENDPOINT = "wss://wss-open-connection.dingtalk.com:443/connect";

async function clientIdOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const body: { readonly clientId?: unknown } = JSON.parse(text);
  return String(body.clientId);
}

function loadSocket(socket: WebSocket, wire: Socket): LoadSocket {
  let corked = false;
  return {
    socket,
    push(text) {
      if (!corked) {
        corked = true;
        wire.cork();
        setImmediate(() => {
          corked = false;
          wire.uncork();
        });
      }
      socket.send(text);
    },
  };
}

export async function openLoadGateway(tls: {
  readonly cert: string;
  readonly key: string;
}): Promise<LoadGateway> {
  const opensAtMs: number[] = [];
  const sockets = new Map<string, PromiseWithResolvers<LoadSocket>>();
  let open = 0;
  const slot = (clientId: string): PromiseWithResolvers<LoadSocket> => {
    const known = sockets.get(clientId) ?? Promise.withResolvers<LoadSocket>();
    sockets.set(clientId, known);
    return known;
  };
  const register = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    opensAtMs.push(performance.now());
    // The ticket names the client: the socket has to be told apart.
    const ticket = await clientIdOf(request);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ endpoint: ENDPOINT, ticket }));
  };
  const server = https.createServer(tls, (request, response) => void register(request, response));
  const webSockets = new WebSocketServer({ server, path: "/connect", perMessageDeflate: false });
  webSockets.on("connection", (socket, request) => {
    const clientId = new URL(request.url ?? "/", "https://gateway").searchParams.get("ticket") ?? "";
    open += 1;
    socket.on("close", () => (open -= 1));
    socket.on("error", () => undefined);
    slot(clientId).resolve(loadSocket(socket, request.socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the gateway has no port");
  return {
    url: `https://127.0.0.1:${address.port}`,
    opensAtMs,
    socketOf: (clientId) => slot(clientId).promise,
    get sockets() {
      return open;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of webSockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString("latin1") : "";
}
