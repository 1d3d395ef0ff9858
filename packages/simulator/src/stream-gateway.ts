import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer } from "ws";

import type { Core } from "./core.ts";
import { createHandshake } from "./handshake.ts";
import { createSocketFaults } from "./socket-faults.ts";
import { createStreamConnection } from "./stream-connection.ts";
import type { StreamConnection } from "./stream-connection.ts";
import type { Admission, Tickets } from "./tickets.ts";

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
  const random = core.chance.sequence("route");
  const connections = new Set<StreamConnection>();
  const listeners: Array<(clientId: string) => void> = [];
  const all = (clientId?: string): readonly StreamConnection[] =>
    [...connections].filter(
      (connection) => connection.isOpen() && (clientId === undefined || connection.clientId === clientId),
    );
  const faults = createSocketFaults(core, all);
  const admit = (request: IncomingMessage, head: Buffer, admission: Admission): void => {
    server.handleUpgrade(request, request.socket, head, (socket) => {
      const connection = createStreamConnection(core, {
        socket,
        transport: request.socket,
        admission,
        onPushed: () => faults.pushed(connection),
        onGone: () => connections.delete(connection),
      });
      connections.add(connection);
      faults.opened(connection);
      for (const run of listeners) run(admission.app.clientId);
    });
  };
  const handshake = createHandshake(core, tickets, {
    countOpen: (clientId) => all(clientId).length,
    admit,
  });

  return {
    upgrade: (request, _socket, head) => handshake(request, head),
    pick(clientId, type, topic) {
      const candidates = [...connections].filter(
        (connection) => connection.clientId === clientId && connection.takes(type, topic),
      );
      return candidates[Math.floor(random() * candidates.length)];
    },
    all,
    onAdmitted: (run) => void listeners.push(run),
    [Symbol.dispose]() {
      for (const connection of connections) connection.drop();
      server.close();
    },
  };
}
