import { ConnectionError, DecodeError, DingTalkError, TimeoutError } from "@dingtalk-kit/protocol";
import type { Clock, Stage } from "@dingtalk-kit/protocol";
import { request as undiciRequest } from "undici";
import type { Agent, Dispatcher } from "undici";

import { abortable } from "./abortable.ts";
import { openDeadline } from "./deadline.ts";
import type { Dialer } from "./dial.ts";
import { reasonOf } from "./failure-reason.ts";
import { parseJsonAnswer } from "./json-answer.ts";
import type { ResolvedNetOptions } from "./options.ts";

export interface NetRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute. Its query may hold secrets: it never shows up in an error. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as the JSON body. */
  readonly json?: unknown;
  /** Limit of the whole call, in milliseconds. @defaultValue the limit of the {@link Net} */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What this call is for. Errors then carry this stage, and the phase that failed (`dns`, `tcp`, …) in `cause`. */
  readonly stage?: Stage | undefined;
}

export interface NetResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /**
   * The answer as JSON.
   *
   * @throws ApiError when a failed call (HTTP 4xx, 5xx) was answered with something else, such as a proxy's HTML page.
   * @throws DecodeError when a successful one was.
   */
  json(): unknown;
}

/** What a call needs of the {@link Net} that it goes through. */
export interface LiveNet {
  readonly agent: Agent;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly options: ResolvedNetOptions;
}

function authorityOf(url: URL): string {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return `${url.hostname.replace(/^\[|\]$/g, "")}:${port}`;
}

/** Host and path: the query may hold a token. */
function nameOf(request: NetRequest, url: URL): string {
  return `${request.method} ${url.host}${url.pathname}`;
}

function flatHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}

async function readText(answer: Dispatcher.ResponseData, maxBytes: number, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new DecodeError(`${name} answered HTTP ${answer.statusCode} with more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function failureOf(cause: unknown, name: string): DingTalkError {
  if (cause instanceof DingTalkError) return cause;
  return new ConnectionError(`${name} got no answer (http): ${reasonOf(cause)}`, { stage: "http", cause });
}

/** The same failure under the caller's stage; the phase stays in `cause`. */
function underStage(error: DingTalkError, stage: Stage | undefined): DingTalkError {
  if (stage === undefined) return error;
  if (error instanceof ConnectionError) return new ConnectionError(error.message, { stage, cause: error });
  if (error instanceof TimeoutError) {
    return new TimeoutError(error.message, { stage, timeoutMs: error.timeoutMs, cause: error });
  }
  return error;
}

interface Exchange {
  readonly url: URL;
  readonly name: string;
  readonly signal: AbortSignal;
}

async function exchange(
  net: LiveNet,
  request: NetRequest,
  { url, name, signal }: Exchange,
): Promise<NetResponse> {
  const hasBody = request.json !== undefined;
  const answering = undiciRequest(url, {
    dispatcher: net.agent,
    method: request.method,
    headers: {
      accept: "application/json",
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...request.headers,
    },
    body: hasBody ? JSON.stringify(request.json) : null,
    signal,
  });
  const answer = await abortable(answering, signal);
  const text = await readText(answer, net.options.maxBodyBytes, name);
  const status = answer.statusCode;
  return {
    status,
    headers: flatHeaders(answer.headers),
    text,
    json: () => parseJsonAnswer(text, { status, name, stage: request.stage }),
  };
}

export async function sendRequest(net: LiveNet, request: NetRequest): Promise<NetResponse> {
  const url = new URL(request.url);
  const name = nameOf(request, url);
  const timeoutMs = request.timeoutMs ?? net.options.timeoutMs;
  using deadline = openDeadline(net.clock, {
    timeoutMs,
    timedOut: () => {
      const stage = net.dialer.phaseOf(authorityOf(url)) ?? "http";
      return new TimeoutError(`${name} got no answer within ${timeoutMs} ms (${stage})`, {
        timeoutMs,
        stage,
      });
    },
    signals: [request.signal, net.closing],
  });
  try {
    deadline.signal.throwIfAborted();
    return await exchange(net, request, { url, name, signal: deadline.signal });
  } catch (error) {
    if (request.signal?.aborted === true && deadline.signal.reason === request.signal.reason) {
      throw request.signal.reason;
    }
    const cause: unknown = deadline.signal.aborted ? deadline.signal.reason : error;
    throw underStage(failureOf(cause, name), request.stage);
  }
}
