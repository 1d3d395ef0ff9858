import type { Socket } from "node:net";

import { ClosedError, fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";
import { Agent } from "undici";
import type { buildConnector } from "undici";

import { createDialer } from "./dial.ts";
import type { Dialer } from "./dial.ts";
import { sendRequest } from "./http-request.ts";
import type { NetRequest, NetResponse } from "./http-request.ts";
import type { NetSocket } from "./net-socket.ts";
import { resolveNetOptions } from "./options.ts";
import type { NetOptions } from "./options.ts";
import { openSocket } from "./web-socket.ts";
import type { WebSocketOptions } from "./web-socket.ts";

/** The one way out of the process: HTTPS calls and WebSockets. Disposing it closes every connection it opened. */
export interface Net extends AsyncDisposable {
  /**
   * Makes one HTTPS call. Resolves for every status; nothing is retried and no redirect is followed.
   *
   * @throws ConnectionError, with the stage that failed, when no answer came.
   * @throws TimeoutError when a limit passed; the message names it.
   * @throws DecodeError when the answer is larger than `maxBodyBytes`.
   * @throws ConfigError when the proxy's URL in the environment is unusable.
   * @throws ClosedError when this object is disposed. Aborting throws the signal's reason.
   */
  request(request: NetRequest): Promise<NetResponse>;
  /**
   * Opens a WebSocket and resolves once it is usable. Messages may reach `onMessage` before that.
   *
   * @throws ApiError with the HTTP status when the server refuses the upgrade.
   * @throws ConnectionError or TimeoutError (stage `connect.websocket`, the phase in `cause`) when it cannot be reached.
   * @throws ClosedError when this object is disposed. Aborting throws the signal's reason.
   */
  openWebSocket(url: string, options: WebSocketOptions): Promise<NetSocket>;
}

/** Keeps idle connections for the next call, but less long than any server we know. */
const KEEP_ALIVE_MS = 8_000;
/** Per host. DingTalk allows 20 calls a second per API, so more would only wait. */
const MAX_CONNECTIONS = 32;

/** undici's way to ask for a connection. */
async function connectFor(
  dialer: Dialer,
  { hostname, port, protocol }: buildConnector.Options,
  callback: buildConnector.Callback,
): Promise<void> {
  const secure = protocol === "https:";
  const target = { host: hostname, port: port === "" ? (secure ? 443 : 80) : Number(port), secure };
  let socket: Socket;
  try {
    socket = await dialer.dial(target);
  } catch (error) {
    callback(error instanceof Error ? error : new Error(String(error)), null);
    return;
  }
  callback(null, socket);
}

function createAgent(dialer: Dialer): Agent {
  return new Agent({
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Our own limits go by our clock, and their errors name the call.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (request, callback) => void connectFor(dialer, request, callback),
  });
}

/**
 * Inert until used.
 *
 * @throws ConfigError when an option makes no sense.
 */
export function createNet(options: NetOptions = {}, ports: Partial<Ports> = {}): Net {
  const resolved = resolveNetOptions(options);
  const { clock } = fillPorts(ports);
  const dialer = createDialer({ clock, options: resolved });
  const agent = createAgent(dialer);
  const closing = new AbortController();
  const sockets = new Set<NetSocket>();
  const live = { agent, dialer, clock, closing: closing.signal, options: resolved };
  let disposed: Promise<void> | undefined;

  const dispose = async (): Promise<void> => {
    closing.abort(new ClosedError("the network was closed by its owner"));
    dialer[Symbol.dispose]();
    const closed = [...sockets].map((socket) => {
      socket.terminate();
      return socket.closed;
    });
    await Promise.all([agent.destroy(), ...closed]);
  };

  return {
    request: (request) => sendRequest(live, request),
    async openWebSocket(url, socketOptions) {
      const socket = await openSocket(live, url, socketOptions);
      sockets.add(socket);
      void socket.closed.then(() => sockets.delete(socket));
      return socket;
    },
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  };
}
