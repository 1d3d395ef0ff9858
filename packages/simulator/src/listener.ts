import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { ConfigError } from "@dingtalk-kit/protocol";

import { send } from "./api-server.ts";
import type { Core } from "./core.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void>;

export interface Listener extends AsyncDisposable {
  readonly url: string;
}

/** One port for everything: calls under `/_sim` go to the control API, upgrades to the Stream gateway. */
export async function openListener(
  { options, sockets }: Pick<Core, "options" | "sockets">,
  handlers: {
    readonly api: Handler;
    readonly control: Handler;
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  },
): Promise<Listener> {
  const closing = new AbortController();
  const server: Server =
    options.tls === undefined ? createHttpServer() : createHttpsServer({ ...options.tls });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const isControl = /^\/_sim(\/|\?|$)/.test(request.url ?? "");
    const handle = isControl ? handlers.control : handlers.api;
    handle(request, response, closing.signal).catch((error: unknown) => fail(response, error));
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    handlers.upgrade(request, socket, head);
  });
  await listen(server, options);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.host === "::1" ? "[::1]" : options.host;
  return {
    url: `${options.tls === undefined ? "http" : "https"}://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      closing.abort();
      const closed = once(server, "close");
      server.close();
      sockets[Symbol.dispose]();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: ResolvedOptions): Promise<void> {
  const failed = once(server, "error").then(([error]: unknown[]) => {
    throw error;
  });
  server.listen({ host, port });
  try {
    await Promise.race([once(server, "listening"), failed]);
  } catch (cause) {
    throw new ConfigError(`cannot listen on ${host}:${port}: ${String(cause)}`, { cause });
  }
}

/** A bug of the simulator must not look like an answer of DingTalk. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const message = error instanceof Error ? error.message : String(error);
  send(response, { status: 500, body: { code: "simulatorError", message } });
}
