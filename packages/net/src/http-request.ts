import { ConnectionError, DingTalkError, TimeoutError } from "@dingtalk-kit/protocol";
import type { Clock, Stage } from "@dingtalk-kit/protocol";
import type { Agent, Dispatcher } from "undici";

import { authorityOf, targetOf } from "./authority.ts";
import { openDeadline } from "./deadline.ts";
import type { Dialer } from "./dial.ts";
import { labelOf, phaseOf } from "./dial-step.ts";
import { reasonOf } from "./failure-reason.ts";
import { exchangeOver } from "./http-exchange.ts";
import type { ExchangeProgress } from "./http-exchange.ts";
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

/** Host and path: the query may hold a token. */
function nameOf(request: NetRequest, url: URL): string {
  return `${request.method} ${url.host}${url.pathname}`;
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

function dispatchOptions(request: NetRequest, url: URL): Dispatcher.DispatchOptions {
  const hasBody = request.json !== undefined;
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: {
      accept: "application/json",
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...request.headers,
    },
    body: hasBody ? JSON.stringify(request.json) : null,
  };
}

export async function sendRequest(net: LiveNet, request: NetRequest): Promise<NetResponse> {
  const url = new URL(request.url);
  const name = nameOf(request, url);
  const { options } = net;
  const { stage } = request;
  const timeoutMs = request.timeoutMs ?? options.timeoutMs;
  let progress: ExchangeProgress | "waiting for a connection" = "waiting for a connection";
  using deadline = openDeadline(net.clock, {
    timeoutMs,
    timedOut: () => {
      const step =
        progress === "waiting for a connection" ? net.dialer.stepOf(authorityOf(targetOf(url))) : undefined;
      const where = step === undefined ? `http, ${progress}` : labelOf(step);
      return new TimeoutError(`${name} got no answer within ${timeoutMs} ms (${where})`, {
        timeoutMs,
        stage: step === undefined ? "http" : phaseOf(step),
      });
    },
    signals: [request.signal, net.closing],
  });
  const onProgress = (next: ExchangeProgress): void => {
    progress = next;
  };
  try {
    deadline.signal.throwIfAborted();
    const exchange = { agent: net.agent, options, deadline, name, onProgress };
    const answer = await exchangeOver(exchange, dispatchOptions(request, url));
    const { status, text } = answer;
    return { ...answer, json: () => parseJsonAnswer(text, { status, name, stage }) };
  } catch (error) {
    if (request.signal?.aborted === true && deadline.signal.reason === request.signal.reason) {
      throw request.signal.reason;
    }
    const cause: unknown = deadline.signal.aborted ? deadline.signal.reason : error;
    throw underStage(failureOf(cause, name), stage);
  }
}
