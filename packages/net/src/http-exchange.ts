import { DecodeError, TimeoutError } from "@dingtalk-kit/protocol";
import type { Agent, Dispatcher } from "undici";

import { abortable } from "./abortable.ts";
import type { Deadline } from "./deadline.ts";
import type { ResolvedNetOptions } from "./options.ts";

export interface Exchange {
  readonly agent: Agent;
  readonly deadline: Deadline;
  readonly options: ResolvedNetOptions;
  /** Method, host and path, for errors. */
  readonly name: string;
  /** Told whenever the exchange gets further. */
  onProgress(progress: ExchangeProgress): void;
}

export type ExchangeProgress = "waiting for the headers" | "reading the body";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

function flatHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}

function dispatch(exchange: Exchange, request: Dispatcher.DispatchOptions): Promise<Answer> {
  const { agent, deadline, name } = exchange;
  const { headersTimeoutMs, bodyTimeoutMs, maxBodyBytes } = exchange.options;
  const { signal } = deadline;
  const enter = (timeoutMs: number, happened: string): void =>
    deadline.enter(timeoutMs, () => {
      const message = `${name} got ${happened} within ${timeoutMs} ms (http)`;
      return new TimeoutError(message, { timeoutMs, stage: "http" });
    });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let status = 0;
  let headers: Record<string, string> = {};
  return new Promise((resolve, reject) => {
    agent.dispatch(request, {
      onRequestStart(controller) {
        const stop = (): void => controller.abort(signal.reason);
        // undici keeps a request that nobody waits for any more until its connection is there.
        if (signal.aborted) return stop();
        signal.addEventListener("abort", stop, { once: true });
        exchange.onProgress("waiting for the headers");
        enter(headersTimeoutMs, "no headers of an answer");
      },
      onResponseStart(_controller, code, fields) {
        // 1xx: the answer is still to come.
        if (code < 200) return;
        status = code;
        headers = flatHeaders(fields);
        exchange.onProgress("reading the body");
        enter(bodyTimeoutMs, "no more of the answer's body");
      },
      onResponseData(controller, chunk) {
        bytes += chunk.byteLength;
        if (bytes > maxBodyBytes) {
          const message = `${name} answered HTTP ${status} with more than ${maxBodyBytes} bytes`;
          controller.abort(new DecodeError(message));
          return;
        }
        chunks.push(chunk);
        enter(bodyTimeoutMs, "no more of the answer's body");
      },
      onResponseEnd: () => resolve({ status, headers, text: Buffer.concat(chunks).toString("utf8") }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

/**
 * Sends a request and reads the whole answer.
 *
 * @throws what the deadline says, DecodeError for an answer that is too large, or undici's and the dialer's errors.
 */
export function exchangeOver(exchange: Exchange, request: Dispatcher.DispatchOptions): Promise<Answer> {
  return abortable(dispatch(exchange, request), exchange.deadline.signal);
}
