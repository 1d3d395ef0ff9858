import { fillPorts } from "@dingtalk-kit/protocol";
import type { Ports, StatePort } from "@dingtalk-kit/protocol";

import { createCallLimiter } from "./call-limiter.ts";
import type { CallLimiter } from "./call-limiter.ts";
import { createCardBreaker } from "./card-breaker.ts";
import type { CardBreaker } from "./card-breaker.ts";
import { createQuotaMeter } from "./quota.ts";
import type { CallMeter } from "./quota.ts";

/** What DingTalk limits for one app, whoever calls in its name. */
export interface AppLimits {
  /** Calls a second, of each API. */
  setRate(ratePerSecond: number): void;
  /** The limiter of `POST /v1.0/…`: DingTalk limits each API by itself. */
  limiterOf(api: string): CallLimiter;
  readonly quota: CallMeter;
  readonly cardBreaker: CardBreaker;
}

/**
 * What API clients share, by app: pace, quota, and the circuit breaker of cards. Give the same one to every client in
 * the process, so that accounts of one app do not throttle each other.
 *
 * Disposing stores what was counted last; the clients still work.
 */
export interface ApiLimits extends AsyncDisposable {
  forApp(clientId: string): AppLimits;
}

/** DingTalk's standard edition. Add-on packs have more. */
const DEFAULT_RATE_PER_SECOND = 20;

function createAppLimits(clientId: string, state: StatePort | undefined, ports: Ports): AppLimits {
  const limiters = new Map<string, CallLimiter>();
  let ratePerSecond = DEFAULT_RATE_PER_SECOND;
  return {
    quota: createQuotaMeter({ clientId, state, ports }),
    cardBreaker: createCardBreaker(ports),
    setRate(rate) {
      ratePerSecond = rate;
      for (const limiter of limiters.values()) limiter.setRate(rate);
    },
    limiterOf(api) {
      const limiter = limiters.get(api) ?? createCallLimiter(api, ratePerSecond, ports);
      limiters.set(api, limiter);
      return limiter;
    },
  };
}

/** @param deps - `state` keeps the quota; without it the counts last as long as the process, or see `quota.keepIn`. */
export function createApiLimits(
  deps: { readonly state?: StatePort | undefined } = {},
  ports: Partial<Ports> = {},
): ApiLimits {
  const filled = fillPorts(ports);
  const apps = new Map<string, AppLimits>();
  return {
    forApp(clientId) {
      const app = apps.get(clientId) ?? createAppLimits(clientId, deps.state, filled);
      apps.set(clientId, app);
      return app;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...apps.values()].map((app) => app.quota.flush()));
    },
  };
}
