import { routeAgent } from "@dingtalk-kit/policy";
import type { AgentSource } from "@dingtalk-kit/policy";
import { listAgentIds } from "openclaw/plugin-sdk/agent-scope-runtime";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { buildAgentMainSessionKey } from "openclaw/plugin-sdk/routing";

import type { AdmissionContext, Route } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { groupEntry } from "./group-gate.ts";
import type { HouseRules } from "./house-rules.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { PluginRuntime } from "./runtime.ts";
import { directScope } from "./session-scope.ts";

/** Which agent and session a message belongs to, and what led there. */
export interface AgentRoute {
  readonly route: Route;
  /** For `explain`: `keyword "报表"`, `group`, `binding.peer`, … */
  readonly why: string;
  /** An agent that the settings name and the config does not have. */
  readonly unknownAgent: string | undefined;
}

export interface RoutingContext extends Pick<AdmissionContext, "cfg" | "accountId" | "settings"> {
  readonly core: {
    readonly channel: {
      readonly routing: Pick<
        PluginRuntime["channel"]["routing"],
        "resolveAgentRoute" | "buildAgentSessionKey"
      >;
    };
  };
  readonly rules: Pick<HouseRules, "policy" | "factsOf">;
}

/**
 * A keyword decides first, then the group's own `agent`, then the host's bindings, then our defaults, then the host's.
 * An agent that does not exist is passed over: a mistyped id must not leave a message without an answer.
 */
export function routeMessage(arrival: Arrival, context: RoutingContext): AgentRoute {
  const { rules } = context;
  const { agent: wanted, agentFrom, keyword } = routeAgent(rules.policy, rules.factsOf(arrival));
  const agent = wanted !== undefined && listAgentIds(context.cfg).includes(wanted) ? wanted : undefined;
  const host = hostRoute(arrival, context, agent);
  const bound = host.matchedBy !== "default" && !isSpecial(agentFrom);
  const ours = agent !== undefined && !bound;
  const why = keyword === undefined ? agentFrom : `keyword "${keyword}"`;
  return {
    route: withSession(host, ours ? agent : host.agentId, arrival, context),
    why: ours ? why : host.matchedBy,
    unknownAgent: agent === undefined ? wanted : undefined,
  };
}

const isSpecial = (source: AgentSource): boolean => source === "keyword" || source === "group";

function hostRoute({ peer }: Arrival, context: RoutingContext, agent: string | undefined): Route {
  const { core, cfg, accountId } = context;
  const dmScope = directScope(cfg);
  const resolve = (config: OpenClawConfig): Route =>
    core.channel.routing.resolveAgentRoute({
      cfg: config,
      channel: CHANNEL_ID,
      accountId,
      peer,
      ...(dmScope !== undefined && { dmScope }),
    });
  try {
    return resolve(cfg);
  } catch (error) {
    // With several agents the host wants to be told which one a channel belongs to; our settings do that as well.
    const undecided = error instanceof Error && error.name === "AgentSelectionRequiredError";
    if (agent === undefined || !undecided) throw error;
    const binding = { agentId: agent, match: { channel: CHANNEL_ID, accountId } };
    // `assign`, because the host's type of a binding allows none of this kind.
    const bound = Object.assign({}, cfg, { bindings: [...(cfg.bindings ?? []), binding] });
    return { ...resolve(bound), matchedBy: "default" };
  }
}

/** The session that `agentId` has for this conversation, or in a group with one for each person, for this sender. */
function withSession(host: Route, agentId: string, arrival: Arrival, context: RoutingContext): Route {
  const { core, cfg, accountId, settings } = context;
  const { kind, peer, senderId } = arrival;
  const entry = groupEntry(settings, peer.id);
  const ownSession =
    kind === "group" && (entry?.sessionScope ?? settings.groupSessionScope) === "group_sender";
  if (agentId === host.agentId && !ownSession) return host;
  const dmScope = directScope(cfg) ?? cfg.session?.dmScope;
  const { identityLinks } = cfg.session ?? {};
  const sessionKey = core.channel.routing.buildAgentSessionKey({
    agentId,
    channel: CHANNEL_ID,
    accountId,
    peer: ownSession ? { kind, id: `${peer.id}:sender:${senderId}` } : peer,
    ...(dmScope !== undefined && { dmScope }),
    ...(identityLinks !== undefined && { identityLinks }),
  });
  const mainKey = cfg.session?.mainKey;
  const mainSessionKey = buildAgentMainSessionKey({ agentId, ...(mainKey !== undefined && { mainKey }) });
  return { ...host, agentId, sessionKey, mainSessionKey };
}
