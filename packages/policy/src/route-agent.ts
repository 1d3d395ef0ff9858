import type { Dispatch } from "./decision.ts";
import { matchKeyword } from "./keyword-route.ts";
import type { MessageFacts } from "./message-facts.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";

/**
 * Which agent answers: that of a keyword in the message, then that of the group, then the default of groups, then the
 * default. Commands are not routed by keyword: `/model report` is about the agent that is in charge already.
 */
export function routeAgent(
  policy: ResolvedPolicy,
  { conversation, command, text }: MessageFacts,
): Pick<Dispatch, "agent" | "agentFrom" | "keyword"> {
  const route = command === "none" ? matchKeyword(policy.keywordRoutes, text, conversation.type) : undefined;
  if (route !== undefined) return { agent: route.agent, agentFrom: "keyword", keyword: route.keyword };
  const keyword = undefined;
  if (conversation.type === "group") {
    const entry = policy.groups?.get(conversation.id) ?? policy.groups?.get("*");
    if (entry?.agent !== undefined) return { agent: entry.agent, agentFrom: "group", keyword };
    const agent = policy.groupDefaultAgent;
    if (agent !== undefined) return { agent, agentFrom: "group-default", keyword };
  }
  const agent = policy.defaultAgent;
  return { agent, agentFrom: agent === undefined ? "caller" : "default", keyword };
}
