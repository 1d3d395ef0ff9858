import { fillPorts } from "@dingtalk-kit/protocol";
import type { CardPort, Ports, ReactionPort, RobotSendPort } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { createCallApi } from "./call.ts";
import { createCards } from "./cards.ts";
import { resolveApiOptions } from "./options.ts";
import type { DingTalkApiOptions } from "./options.ts";
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
}

/**
 * Inert until used. Every call has a time limit. A token that DingTalk refuses is renewed once for all calls under way.
 *
 * @throws ConfigError when an option is wrong.
 */
export function createDingTalkApi(
  options: DingTalkApiOptions,
  deps: { readonly net: Net },
  ports: Partial<Ports> = {},
): DingTalkApi {
  const resolved = resolveApiOptions(options);
  const filled = fillPorts(ports);
  const token = createTokenSource(resolved, deps.net, filled);
  const call = createCallApi({ options: resolved, net: deps.net, token, ports: filled });
  return {
    token: { get: (signal) => token.get(signal) },
    cards: createCards(call, resolved.robotCode),
    robot: createRobotSend(call, resolved.robotCode),
    reactions: createReactions(call, resolved.robotCode, filled.clock),
  };
}
