import { ApiError, ConnectionError, DingTalkError, redact, redactText } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net, NetResponse } from "@dingtalk-kit/net";

import type { ResolvedStreamOptions, Subscription } from "./options.ts";

export const OPEN_PATH = "/v1.0/gateway/connections/open";
const STAGE = "connect.open";
const MAX_PAYLOAD_CHARS = 500;

/** A registered connection. */
export interface Endpoint {
  /** Where the gateway listens. Safe to show. */
  readonly endpoint: string;
  /** Opens one socket, within 90 s. A secret. */
  readonly ticket: string;
}

export interface RefusedOpen {
  readonly error: DingTalkError;
  /** DingTalk's answer without secrets, if there was one. */
  readonly payload: unknown;
}

export type OpenResult =
  | { readonly ok: true; readonly endpoint: Endpoint }
  | ({ readonly ok: false } & RefusedOpen);

function payloadOf(response: NetResponse): unknown {
  try {
    return redact(JSON.parse(response.text));
  } catch {
    return redactText(response.text).slice(0, MAX_PAYLOAD_CHARS);
  }
}

function read(response: NetResponse): Endpoint {
  const answer = readPlatformAnswer(response, { name: `POST ${OPEN_PATH}`, stage: STAGE });
  const { endpoint, ticket } = answer;
  if (typeof endpoint === "string" && typeof ticket === "string" && endpoint !== "" && ticket !== "") {
    return { endpoint, ticket };
  }
  const message = `POST ${OPEN_PATH} answered HTTP ${response.status} without endpoint and ticket`;
  throw new ApiError(message, { status: response.status, stage: STAGE });
}

function refusalOf(error: unknown, response: NetResponse): RefusedOpen {
  const payload = payloadOf(response);
  if (error instanceof ApiError) return { error, payload };
  const message = error instanceof Error ? error.message : String(error);
  // A page instead of JSON inside HTTP 200: something between us and DingTalk answered.
  return { error: new ApiError(message, { status: response.status, stage: STAGE, cause: error }), payload };
}

export interface OpenRequest {
  readonly subscriptions: readonly Subscription[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Registers a connection (`connections/open`). Needs no access token.
 *
 * Refusals and network failures are values; only the signal's reason and a disposed {@link Net} throw.
 *
 * @see https://opensource.dingtalk.com/developerpedia/docs/learn/stream/protocol
 */
export async function openEndpoint(
  options: ResolvedStreamOptions,
  net: Net,
  { subscriptions, signal }: OpenRequest,
): Promise<OpenResult> {
  const { clientId, clientSecret, userAgent } = options;
  let response: NetResponse;
  try {
    response = await net.request({
      method: "POST",
      url: `${options.endpoints.api}${OPEN_PATH}`,
      json: { clientId, clientSecret, subscriptions, ua: userAgent },
      timeoutMs: options.openTimeoutMs,
      stage: STAGE,
      signal,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (error instanceof DingTalkError) return { ok: false, error, payload: undefined };
    const cause = error;
    return {
      ok: false,
      error: new ConnectionError(`POST ${OPEN_PATH} failed`, { stage: STAGE, cause }),
      payload: undefined,
    };
  }
  try {
    return { ok: true, endpoint: read(response) };
  } catch (error) {
    return { ok: false, ...refusalOf(error, response) };
  }
}
