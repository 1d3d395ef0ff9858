import type { Logger } from "@dingtalk-kit/protocol";
import type { Inbox } from "@dingtalk-kit/store";
import { laneOf } from "@dingtalk-kit/turn";
import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import { listAgentIds } from "openclaw/plugin-sdk/agent-scope-runtime";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { deliveryContextFromSession } from "openclaw/plugin-sdk/session-store-runtime";

import { failureLine } from "./failure.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { PluginRuntime } from "./runtime.ts";
import { parseTarget } from "./targets.ts";

export interface SessionRecoveryContext {
  readonly core: PluginRuntime;
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  readonly clientId: string;
  readonly inbox: Inbox;
  readonly log: Logger;
}

/**
 * Takes the turns that the end of the last process cut off out of the hands of the host's restart recovery: it would
 * answer them once more, beside the card that is open, after a notice in English. Those that our inbox knows are
 * answered from there, or have been.
 *
 * To be called while the account starts: the host looks for such turns before, and resumes them after its channels have
 * started (observed in 2026.9.6, not documented).
 */
export async function claimInterruptedSessions(context: SessionRecoveryContext): Promise<void> {
  for (const session of interruptedSessions(context)) {
    try {
      if (await isKnown(session, context)) await claim(session, context);
    } catch (error) {
      context.log.warn(`a turn that was cut off could not be claimed: ${failureLine(error)}`, {
        conversation: session.to,
      });
    }
  }
}

interface InterruptedSession {
  readonly agentId: string;
  readonly sessionKey: string;
  /** Where the session talks to: `user:…` or `group:…`. */
  readonly to: string;
}

type SessionEntry = ReturnType<PluginRuntime["agent"]["session"]["listSessionEntries"]>[number]["entry"];

function interruptedSessions({
  core,
  cfg,
  accountId,
}: SessionRecoveryContext): readonly InterruptedSession[] {
  return listAgentIds(cfg).flatMap((agentId) =>
    core.agent.session.listSessionEntries({ agentId }).flatMap(({ sessionKey, entry }) => {
      const to = interruptedConversation(entry, accountId);
      return to === undefined ? [] : [{ agentId, sessionKey, to }];
    }),
  );
}

/** The conversation of ours whose turn the session says is running: nothing can run yet in this process. */
function interruptedConversation(entry: SessionEntry, accountId: string): string | undefined {
  const { status, restartRecoverySourceIngress = "channel" } = entry;
  if (status !== "running" || restartRecoverySourceIngress !== "channel") return undefined;
  const route = entry.restartRecoveryDeliveryContext ?? deliveryContextFromSession(entry);
  const isOurs = route?.channel === CHANNEL_ID && (route.accountId ?? DEFAULT_ACCOUNT_ID) === accountId;
  return isOurs ? route.to : undefined;
}

async function isKnown(
  { to }: InterruptedSession,
  { inbox, clientId }: SessionRecoveryContext,
): Promise<boolean> {
  const target = parseTarget(to);
  if (target === undefined) return false;
  const query =
    target.kind === "group" ? { lane: laneOf(clientId, target.conversationId) } : { sender: target.staffId };
  const { entries } = await inbox.list({ ...query, limit: 1 });
  return entries.length > 0;
}

/** To the host the turn was ended by somebody: nothing is left to recover. */
async function claim(
  { agentId, sessionKey, to }: InterruptedSession,
  { core, log, accountId }: SessionRecoveryContext,
): Promise<void> {
  await core.agent.session.patchSessionEntry({
    agentId,
    sessionKey,
    preserveActivity: true,
    update: (entry) =>
      interruptedConversation(entry, accountId) === to ? { status: "killed", endedAt: Date.now() } : null,
  });
  log.info("a turn was cut off by the end of the last process; the inbox has it", { conversation: to });
}
