import http from "node:http";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import net from "node:net";
import type { Duplex } from "node:stream";

import type { Identity } from "./certificates.ts";
import { listen } from "./http-server.ts";
import type { TestServer } from "./http-server.ts";

export interface ProxyRequest {
  /** What CONNECT asked for: `host:port`. */
  readonly authority: string;
  readonly authorization: string | undefined;
}

export interface TestProxy extends TestServer {
  readonly requests: readonly ProxyRequest[];
}

export interface TestProxyOptions {
  /** The port on 127.0.0.1 that every tunnel leads to, whatever was asked for. */
  readonly leadsTo?: number;
  /** Takes the place of a tunnel. */
  readonly answer?: (socket: Duplex, request: IncomingMessage) => void;
  /** The proxy itself speaks TLS. */
  readonly identity?: Identity;
}

function openTunnel(client: Duplex, port: number, head: Buffer): void {
  const target = net.connect(port, "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    target.write(head);
    target.pipe(client).pipe(target);
  });
  target.on("error", () => client.destroy());
  target.on("close", () => client.destroy());
  client.on("close", () => target.destroy());
}

/** A proxy that knows nothing but CONNECT. */
export async function openTestProxy(options: TestProxyOptions): Promise<TestProxy> {
  const requests: ProxyRequest[] = [];
  const { identity } = options;
  const server = identity === undefined ? http.createServer() : https.createServer(identity);
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => undefined);
    requests.push({ authority: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (options.answer === undefined) {
      openTunnel(client, options.leadsTo ?? 0, head);
      return;
    }
    // Whoever does not read does not see the other side leave.
    client.resume().on("end", () => client.end());
    options.answer(client, request);
  });
  return Object.assign(await listen(server), { requests });
}
