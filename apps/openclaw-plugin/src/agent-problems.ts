import type { AccountSettings, ConfigProblem } from "@dingtalk-kit/config";
import { listAgentIds } from "openclaw/plugin-sdk/agent-scope-runtime";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { resolveAgentRoute } from "openclaw/plugin-sdk/routing";

import type { DingTalkAccount } from "./accounts.ts";
import { directPolicy } from "./group-gate.ts";
import { CHANNEL_ID } from "./ids.ts";

/**
 * What is wrong with the agents that an account's messages go to, known before the first message comes: agents that do
 * not exist, and conversations that no agent would answer.
 */
export function agentProblems(cfg: OpenClawConfig, account: DingTalkAccount): readonly ConfigProblem[] {
  const { settings } = account;
  if (settings === undefined) return [];
  return [...unknownAgents(cfg, account, settings), ...unansweredChats(cfg, account, settings)];
}

function unknownAgents(
  cfg: OpenClawConfig,
  { path }: DingTalkAccount,
  settings: AccountSettings,
): readonly ConfigProblem[] {
  const known = listAgentIds(cfg);
  return namedAgents(settings)
    .filter(({ agent }) => !known.includes(agent))
    .map(({ key, agent }) =>
      problem(
        `${path}.${key}`,
        `there is no agent "${agent}", so the one that would answer otherwise does. Agents are: ${known.join(", ")}`,
      ),
    );
}

interface NamedAgent {
  /** Below the account's path. */
  readonly key: string;
  readonly agent: string;
}

function namedAgents({
  defaultAgent,
  groupDefaultAgent,
  keywordRoutes,
  groups,
}: AccountSettings): NamedAgent[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ["defaultAgent", defaultAgent],
    ["groupDefaultAgent", groupDefaultAgent],
    ...Object.entries(keywordRoutes).map(
      ([keyword, route]) =>
        [`keywordRoutes["${keyword}"]`, typeof route === "string" ? route : route.agent] as const,
    ),
    ...Object.entries(groups ?? {}).map(([id, group]) => [`groups.${id}.agent`, group.agent] as const),
  ];
  return named.flatMap(([key, agent]) => (agent === undefined ? [] : [{ key, agent }]));
}

/** Where OpenClaw has several agents, none of them its default, and nothing says which one answers here. */
function unansweredChats(
  cfg: OpenClawConfig,
  { accountId, path }: DingTalkAccount,
  settings: AccountSettings,
): readonly ConfigProblem[] {
  const known = listAgentIds(cfg);
  const { defaultAgent, groupDefaultAgent = defaultAgent, groups, groupPolicy } = settings;
  const isOpen = { direct: directPolicy(settings) !== "disabled", group: groupPolicy !== "disabled" };
  const chosen = { direct: defaultAgent, group: groups?.["*"]?.agent ?? groupDefaultAgent };
  const unanswered = (["direct", "group"] as const).filter((kind) => {
    const agent = chosen[kind];
    const isChosen = agent !== undefined && known.includes(agent);
    return isOpen[kind] && !isChosen && !hasHostAgent(cfg, accountId, kind);
  });
  if (unanswered.length === 0) return [];
  const where = unanswered.map((kind) => (kind === "direct" ? "1:1 chats" : "groups")).join(" and ");
  return [
    problem(
      path,
      `OpenClaw has several agents (${known.join(", ")}) and none of them is chosen for ${where}: who writes there is told that the message could not be answered. Next: set defaultAgent, or bind an agent with \`openclaw agents bind\``,
    ),
  ];
}

/** Whether the host finds an agent by itself, for somebody whom no binding names. */
function hasHostAgent(cfg: OpenClawConfig, accountId: string, kind: "direct" | "group"): boolean {
  try {
    resolveAgentRoute({ cfg, channel: CHANNEL_ID, accountId, peer: { kind, id: "" } });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AgentSelectionRequiredError") return false;
    throw error;
  }
}

const problem = (path: string, message: string): ConfigProblem => ({
  severity: "warning",
  kind: "contradiction",
  path,
  message,
});
