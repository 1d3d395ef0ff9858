import http from "node:http";
import https from "node:https";

import { WebSocketServer } from "ws";

import type { Identity } from "./certificates.ts";
import { listen } from "./http-server.ts";
import type { TestServer } from "./http-server.ts";

export interface Platform extends TestServer {
  /** Requests and upgrades that arrived: `GET /path`. */
  readonly arrived: readonly string[];
}

/** Answers every request with `{"ok":true}` and echoes on WebSockets; over TLS with an identity. */
export async function openPlatform(identity?: Identity): Promise<Platform> {
  const arrived: string[] = [];
  const server = identity === undefined ? http.createServer() : https.createServer(identity);
  server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
    arrived.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    arrived.push(`UPGRADE ${request.url}`);
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => socket.send(`echo: ${data.toString()}`));
  });
  return Object.assign(await listen(server), { arrived });
}
