import { DingTalkError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net, PlatformObject } from "@dingtalk-kit/net";

import type { AppLimits } from "./api-limits.ts";
import type { ResolvedApiOptions } from "./options.ts";
import { isBilled, isOverQuota, repeatReason } from "./repeat-reason.ts";
import type { RepeatReason } from "./repeat-reason.ts";
import type { TokenSource } from "./token.ts";
import type { PassRequest } from "./call-queue.ts";

export interface ApiCall {
  readonly method: "POST" | "PUT";
  /** Path on the new OpenAPI host. */
  readonly path: string;
  /** A function is asked when the call leaves. */
  readonly json: PlatformObject | (() => PlatformObject);
  /** Whether DingTalk treats a repeated call as the same one. Then one failure of the way or of the server is retried. */
  readonly idempotent: boolean;
  /** Its place among the calls that wait for the same API. */
  readonly pass: PassRequest;
}

/** Calls the OpenAPI with the app's token, at its pace. @returns {@link REPLACED} when a later call made it needless. */
export type CallApi = (call: ApiCall, signal?: AbortSignal) => Promise<PlatformObject>;

/** Stands for the answer to a call that was not made. */
export const REPLACED: PlatformObject = Object.freeze({});

export interface CallContext {
  readonly options: ResolvedApiOptions;
  readonly net: Net;
  readonly token: TokenSource;
  readonly limits: AppLimits;
  readonly ports: Ports;
}

const RETRY_AFTER_MS = 300;

async function send(
  context: CallContext,
  call: ApiCall,
  signal: AbortSignal | undefined,
): Promise<PlatformObject> {
  const { options, net, limits } = context;
  const token = await context.token.get(signal);
  try {
    const response = await net.request({
      method: call.method,
      url: `${options.endpoints.api}${call.path}`,
      headers: { "x-acs-dingtalk-access-token": token },
      json: typeof call.json === "function" ? call.json() : call.json,
      timeoutMs: options.timeoutMs,
      signal,
    });
    const answer = readPlatformAnswer(response, { name: `${call.method} ${call.path}` });
    limits.quota.countCall("granted");
    return answer;
  } catch (error) {
    if (isBilled(error)) limits.quota.countCall(isOverQuota(error) ? "over-quota" : "failed");
    if (error instanceof DingTalkError && error.code === "DINGTALK_AUTH") context.token.invalidate(token);
    throw error;
  }
}

/**
 * A call whose token is refused is repeated with a fresh one, which calls that fail together share; one that is
 * throttled, after the pause; one that a passing failure hit, if that is safe. Each reason counts once.
 */
export function createCallApi(context: CallContext): CallApi {
  return async (call, signal) => {
    const limiter = context.limits.limiterOf(`${call.method} ${call.path}`);
    const spent = new Set<RepeatReason>();
    using pass = limiter.enter(call.pass);
    while (await pass.begin(signal)) {
      try {
        const answer = await send(context, call, signal);
        pass.end();
        return answer;
      } catch (error) {
        pass.end(error);
        const {
          idempotent,
          pass: { replaceable = false },
        } = call;
        const reason = repeatReason(error, { idempotent, replaceable });
        if (reason === undefined || spent.has(reason)) throw error;
        spent.add(reason);
        if (reason === "passing") await context.ports.clock.sleep(RETRY_AFTER_MS, signal);
      }
    }
    return REPLACED;
  };
}
