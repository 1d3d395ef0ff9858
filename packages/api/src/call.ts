import { ConnectionError, DingTalkError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net, PlatformObject } from "@dingtalk-kit/net";

import type { ResolvedApiOptions } from "./options.ts";
import type { TokenSource } from "./token.ts";

export interface ApiCall {
  readonly method: "POST" | "PUT";
  /** Path on the new OpenAPI host. */
  readonly path: string;
  readonly json: PlatformObject;
  /** Whether DingTalk treats a repeated call as the same one. Then one failure of the way or of the server is retried. */
  readonly idempotent: boolean;
}

/** Calls the OpenAPI with the app's token. */
export type CallApi = (call: ApiCall, signal?: AbortSignal) => Promise<PlatformObject>;

export interface CallContext {
  readonly options: ResolvedApiOptions;
  readonly net: Net;
  readonly token: TokenSource;
  readonly ports: Ports;
}

const RETRY_AFTER_MS = 300;

/** Throttling is the caller's to handle: it may drop the call instead. `unknownError` is a fault of the call itself. */
function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof DingTalkError) || !error.retryable || error.code === "DINGTALK_RATE_LIMITED")
    return false;
  return !("platformCode" in error && error.platformCode === "unknownError");
}

/** The request never left: every call may be repeated. */
function neverSent(error: unknown): boolean {
  return error instanceof ConnectionError && error.stage !== "http";
}

async function once(
  context: CallContext,
  call: ApiCall,
  signal: AbortSignal | undefined,
): Promise<PlatformObject> {
  const { options, net } = context;
  const token = await context.token.get(signal);
  const response = await net.request({
    method: call.method,
    url: `${options.endpoints.api}${call.path}`,
    headers: { "x-acs-dingtalk-access-token": token },
    json: call.json,
    timeoutMs: options.timeoutMs,
    signal,
  });
  try {
    return readPlatformAnswer(response, { name: `${call.method} ${call.path}` });
  } catch (error) {
    if (error instanceof DingTalkError && error.code === "DINGTALK_AUTH") context.token.invalidate(token);
    throw error;
  }
}

/**
 * A refused token is replaced and the call repeated once: DingTalk did not carry it out. Calls that fail together share
 * one new token.
 */
async function withFreshToken(
  context: CallContext,
  call: ApiCall,
  signal: AbortSignal | undefined,
): Promise<PlatformObject> {
  try {
    return await once(context, call, signal);
  } catch (error) {
    // A refusal of the token call itself carries its stage: asking again would only repeat it.
    const refused = error instanceof DingTalkError && error.code === "DINGTALK_AUTH";
    if (!refused || ("stage" in error && error.stage === "token")) throw error;
    return once(context, call, signal);
  }
}

export function createCallApi(context: CallContext): CallApi {
  return async (call, signal) => {
    try {
      return await withFreshToken(context, call, signal);
    } catch (error) {
      if (!neverSent(error) && !(call.idempotent && isWorthRepeating(error))) throw error;
      await context.ports.clock.sleep(RETRY_AFTER_MS, signal);
      return withFreshToken(context, call, signal);
    }
  };
}
