import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

import { ApiError, ConnectionError, DingTalkError, TimeoutError } from "@dingtalk-kit/protocol";
import { WebSocket } from "ws";

import { authorityOf, targetOf } from "./authority.ts";
import { openDeadline } from "./deadline.ts";
import { labelOf, phaseOf } from "./dial-step.ts";
import { reasonOf } from "./failure-reason.ts";
import type { LiveNet } from "./http-request.ts";
import { sampleOf } from "./json-answer.ts";
import { ownSocket } from "./net-socket.ts";
import type { NetSocket, SocketHandlers } from "./net-socket.ts";

export interface WebSocketOptions extends SocketHandlers {
  /** Limit of connecting and the upgrade together, in milliseconds. @defaultValue 10_000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Largest message that is accepted, in bytes; a larger one closes the socket with 1009. @defaultValue 16_777_216 */
  readonly maxMessageBytes?: number | undefined;
  /** Stops the opening. An open socket is closed by its methods. */
  readonly signal?: AbortSignal | undefined;
}

const STAGE = "connect.websocket";
const DEFAULT_HANDSHAKE_MS = 10_000;
const DEFAULT_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_REFUSAL_CHARS = 2_048;

/** The body of a refused upgrade, as far as it comes in time: often it names the proxy that refused. */
async function refusalOf(response: IncomingMessage, host: string, signal: AbortSignal): Promise<ApiError> {
  const status = response.statusCode ?? 0;
  let text = "";
  const stop = (): void => void response.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > MAX_REFUSAL_CHARS) break;
    }
  } catch {
    // The status alone says enough.
  } finally {
    signal.removeEventListener("abort", stop);
  }
  const sample = text.trim() === "" ? "" : `: ${sampleOf(text)}`;
  const message = `${host} refused the WebSocket upgrade with HTTP ${status}${sample}`;
  return new ApiError(message, { status, stage: STAGE });
}

function parseSocketUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ["ws:", "wss:"].includes(url.protocol)) return url;
  // The text may hold a ticket, so it is not shown.
  throw new ConnectionError("the WebSocket address is not a ws: or wss: URL", { stage: STAGE });
}

interface Upgrade {
  readonly url: URL;
  readonly connection: Socket;
  readonly signal: AbortSignal;
}

function upgrade(
  net: LiveNet,
  options: WebSocketOptions,
  { url, connection, signal }: Upgrade,
): Promise<NetSocket> {
  const socket = new WebSocket(url, {
    createConnection: () => connection,
    perMessageDeflate: false,
    maxPayload: options.maxMessageBytes ?? DEFAULT_MESSAGE_BYTES,
  });
  const owned = ownSocket(socket, net.clock, options);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      signal.removeEventListener("abort", abort);
      socket.terminate();
      connection.destroy();
      reject(error);
    };
    const abort = (): void => fail(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    socket.once("open", () => {
      signal.removeEventListener("abort", abort);
      resolve(owned);
    });
    socket.once("error", fail);
    socket.once("unexpected-response", (_request, response) => {
      void refusalOf(response, url.host, signal).then(fail);
    });
  });
}

function failureOf(cause: unknown, host: string): DingTalkError {
  if (cause instanceof ConnectionError) return new ConnectionError(cause.message, { stage: STAGE, cause });
  if (cause instanceof TimeoutError) {
    return new TimeoutError(cause.message, { stage: STAGE, timeoutMs: cause.timeoutMs, cause });
  }
  if (cause instanceof DingTalkError) return cause;
  const message = `the WebSocket upgrade at ${host} failed: ${reasonOf(cause)}`;
  return new ConnectionError(message, { stage: STAGE, cause });
}

export async function openSocket(
  net: LiveNet,
  address: string,
  options: WebSocketOptions,
): Promise<NetSocket> {
  const url = parseSocketUrl(address);
  const target = targetOf(url);
  const authority = authorityOf(target);
  const timeoutMs = options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_MS;
  let dialed = false;
  using deadline = openDeadline(net.clock, {
    timeoutMs,
    timedOut: () => {
      const step = dialed ? undefined : net.dialer.stepOf(authority);
      const where = step === undefined ? "http, waiting for the upgrade" : labelOf(step);
      const message = `no WebSocket with ${authority} within ${timeoutMs} ms (${where})`;
      return new TimeoutError(message, { timeoutMs, stage: step === undefined ? "http" : phaseOf(step) });
    },
    signals: [options.signal, net.closing],
  });
  try {
    deadline.signal.throwIfAborted();
    const connection = await net.dialer.dial(target, deadline.signal);
    dialed = true;
    const { headersTimeoutMs } = net.options;
    deadline.enter(headersTimeoutMs, () => {
      const message = `${authority} did not answer the WebSocket upgrade within ${headersTimeoutMs} ms (http)`;
      return new TimeoutError(message, { timeoutMs: headersTimeoutMs, stage: "http" });
    });
    return await upgrade(net, options, { url, connection, signal: deadline.signal });
  } catch (error) {
    if (options.signal?.aborted === true && deadline.signal.reason === options.signal.reason) {
      throw options.signal.reason;
    }
    throw failureOf(deadline.signal.aborted ? deadline.signal.reason : error, url.host);
  }
}
