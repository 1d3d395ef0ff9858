import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";

import type { Core } from "./core.ts";
import { createStreamConnection } from "./stream-connection.ts";
import type { StreamConnection } from "./stream-connection.ts";
import type { Tickets } from "./tickets.ts";

/** The Stream peer: admits sockets by ticket, and knows which of them may be pushed to. */
export interface StreamGateway extends Disposable {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A live connection of the app that subscribed to the topic, drawn at random, or `undefined`. */
  pick(clientId: string, type: string, topic: string): StreamConnection | undefined;
  /** Every connection of one app, or of all. */
  all(clientId?: string): readonly StreamConnection[];
  /** Calls `run` whenever a connection was admitted. */
  onAdmitted(run: (clientId: string) => void): void;
}

/** A client's messages are responses: far smaller than this. */
const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

export function createStreamGateway(core: Core, tickets: Tickets): StreamGateway {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES });
  const connections = new Set<StreamConnection>();
  const listeners: Array<(clientId: string) => void> = [];
  const all = (clientId?: string): readonly StreamConnection[] =>
    [...connections].filter(
      (connection) =>
        connection.isOpen() && (clientId === undefined || connection.info().clientId === clientId),
    );

  return {
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? "/", "http://simulator");
      if (url.pathname !== "/connect") return refuseUpgrade(socket, 404);
      // The status for a bad ticket is unpublished; 401 is what the SDKs treat as final.
      const admission = tickets.redeem(url.searchParams.get("ticket") ?? "");
      if (admission === undefined) return refuseUpgrade(socket, 401);
      if (all(admission.app.clientId).length >= core.options.maxConnections)
        return refuseUpgrade(socket, 403);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = createStreamConnection(core, webSocket, admission);
        connections.add(connection);
        webSocket.on("close", () => connections.delete(connection));
        for (const run of listeners) run(admission.app.clientId);
      });
    },
    pick(clientId, type, topic) {
      const candidates = all(clientId).filter(
        (connection) => connection.info().state === "live" && connection.isSubscribed(type, topic),
      );
      return candidates[Math.floor(core.ports.random() * candidates.length)];
    },
    all,
    onAdmitted: (run) => void listeners.push(run),
    [Symbol.dispose]() {
      for (const connection of connections) connection.drop();
      server.close();
    },
  };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on("error", () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}
