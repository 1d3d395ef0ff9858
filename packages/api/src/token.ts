import { DecodeError, fillPorts } from "@dingtalk-kit/protocol";
import type { Clock, Ports } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net } from "@dingtalk-kit/net";

import type { ResolvedApiOptions } from "./options.ts";

/** The app's access token, fetched once for everybody who waits and kept until shortly before its end. */
export interface TokenSource {
  /**
   * A valid token. Aborting stops the waiting, not the fetch that others share.
   *
   * @throws AuthError when DingTalk refuses the client id or secret; ConnectionError, TimeoutError, ApiError.
   */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets `token` after DingTalk refused it. Without effect when a newer one is already here. */
  invalidate(token: string): void;
}

/** DingTalk's advice: refresh five minutes early. Tokens that live shorter are refreshed at half their life. */
const REFRESH_EARLY_MS = 300_000;
/** What DingTalk gives, and what we assume when it does not say. */
const DEFAULT_LIFE_MS = 7_200_000;

interface CachedToken {
  readonly token: string;
  readonly refreshAtMs: number;
  readonly expiresAtMs: number;
}

async function fetchToken(options: ResolvedApiOptions, net: Net, clock: Clock): Promise<CachedToken> {
  const path = "/v1.0/oauth2/accessToken";
  const response = await net.request({
    method: "POST",
    url: `${options.endpoints.api}${path}`,
    json: { appKey: options.clientId, appSecret: options.clientSecret },
    timeoutMs: options.timeoutMs,
    stage: "token",
  });
  const answer = readPlatformAnswer(response, { name: `POST ${path}`, stage: "token" });
  const token = answer["accessToken"];
  if (typeof token !== "string" || token === "") {
    throw new DecodeError(`POST ${path} answered HTTP ${response.status} without accessToken`);
  }
  const expireIn = answer["expireIn"];
  const lifeMs = typeof expireIn === "number" && expireIn > 0 ? expireIn * 1_000 : DEFAULT_LIFE_MS;
  const nowMs = clock.nowMs();
  return {
    token,
    expiresAtMs: nowMs + lifeMs,
    refreshAtMs: nowMs + lifeMs - Math.min(REFRESH_EARLY_MS, lifeMs / 2),
  };
}

/** Waits for `work` until `signal` fires; the work itself goes on for its other waiters. */
async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

export function createTokenSource(
  options: ResolvedApiOptions,
  net: Net,
  ports: Partial<Ports> = {},
): TokenSource {
  const { clock } = fillPorts(ports);
  let cached: CachedToken | undefined;
  let fetching: Promise<string> | undefined;

  const refresh = async (): Promise<string> => {
    const previous = cached;
    try {
      const fresh = await fetchToken(options, net, clock);
      cached = fresh;
      return fresh.token;
    } catch (error) {
      // Still inside the margin: the old token works, and the next call tries again.
      if (previous !== undefined && previous === cached && clock.nowMs() < previous.expiresAtMs)
        return previous.token;
      throw error;
    } finally {
      fetching = undefined;
    }
  };

  return {
    async get(signal) {
      if (cached !== undefined && clock.nowMs() < cached.refreshAtMs) return cached.token;
      fetching ??= refresh();
      return waitFor(fetching, signal);
    },
    invalidate(token) {
      if (cached?.token === token) cached = undefined;
    },
  };
}
