import { fillPorts } from "@dingtalk-kit/protocol";
import type { CardPort, Ports, ReactionPort, RobotSendPort } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { createApiLimits } from "./api-limits.ts";
import type { ApiLimits } from "./api-limits.ts";
import { createCallApi } from "./call.ts";
import { createCards } from "./cards.ts";
import { resolveApiOptions } from "./options.ts";
import type { DingTalkApiOptions } from "./options.ts";
import type { QuotaMeter } from "./quota.ts";
import { createReactions } from "./reactions.ts";
import { createRobotSend } from "./robot.ts";
import { createTokenSource } from "./token.ts";

/** DingTalk's OpenAPI for one app. Holds no connection of its own: that is the {@link Net}'s. */
export interface DingTalkApi {
  readonly token: {
    /**
     * A valid access token, shared by all callers and renewed five minutes before its end.
     *
     * @throws AuthError when DingTalk refuses the client id or secret.
     */
    get(signal?: AbortSignal): Promise<string>;
  };
  readonly cards: CardPort;
  readonly robot: RobotSendPort;
  readonly reactions: ReactionPort;
  /** What the app spent this month. */
  readonly quota: QuotaMeter;
}

export interface ApiDependencies {
  readonly net: Net;
  /** Shared with the other clients of this process, see {@link createApiLimits}. @defaultValue this client's own */
  readonly limits?: ApiLimits | undefined;
}

/**
 * Inert until used. Every call has a time limit, and waits for its turn: final frames of cards go first, then the first
 * words of each, then everybody by turns. A token that DingTalk refuses is renewed once for all calls under way.
 *
 * @throws ConfigError when an option is wrong.
 */
export function createDingTalkApi(
  options: DingTalkApiOptions,
  deps: ApiDependencies,
  ports: Partial<Ports> = {},
): DingTalkApi {
  const resolved = resolveApiOptions(options);
  const { robotCode, ratePerSecond, longestCardPauseMs } = resolved;
  const filled = fillPorts(ports);
  const limits = (deps.limits ?? createApiLimits({}, filled)).forApp(resolved.clientId);
  if (ratePerSecond !== undefined) limits.setRate(ratePerSecond);
  if (longestCardPauseMs !== undefined) limits.cardBreaker.setLongestPause(longestCardPauseMs);
  const token = createTokenSource(resolved, deps.net, filled);
  const call = createCallApi({ options: resolved, net: deps.net, token, limits, ports: filled });
  return {
    token: { get: (signal) => token.get(signal) },
    cards: createCards({
      call,
      robotCode,
      breaker: limits.cardBreaker,
      withdraw: (api, sequence) => limits.limiterOf(api).withdraw(sequence),
    }),
    robot: createRobotSend(call, robotCode),
    reactions: createReactions(call, robotCode, filled.clock),
    quota: limits.quota,
  };
}
