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

type Sessions = PluginRuntime["agent"]["session"];

export interface SessionRecoveryContext {
  readonly sessions: Pick<Sessions, "listSessionEntries" | "patchSessionEntry">;
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  /** As the messages in the inbox name it. */
  readonly robotCode: string;
  readonly inbox: Pick<Inbox, "list">;
  readonly log: Logger;
  /** Asked at the last moment: whether a running turn must still be of an earlier process. @defaultValue always */
  readonly mayClaim?: (() => boolean) | undefined;
}

/**
 * Takes the turns that the end of the last process cut off out of the hands of the host's restart recovery: it would
 * answer them once more, beside the card that is open, after a notice in English. Those that our inbox knows are
 * answered from there, or have been. For an answer that was on its way, the host would say with the next turn that it
 * could not confirm its arrival; the inbox sees to it that it arrives.
 *
 * To be called while the account starts: the host looks for such turns before, and resumes them after its channels have
 * started (observed in 2026.9.6, not documented).
 */
export async function claimInterruptedSessions(context: SessionRecoveryContext): Promise<void> {
  for (const session of cutOffSessions(context)) {
    try {
      if (await isKnown(session, context)) await claim(session, context);
    } catch (error) {
      context.log.warn(`a turn that was cut off could not be claimed: ${failureLine(error)}`, {
        conversation: session.cutOff.to,
      });
    }
  }
}

interface CutOffSession {
  readonly agentId: string;
  readonly sessionKey: string;
  readonly cutOff: CutOff;
}

/** What the end of the last process left of a turn in a conversation of ours. */
interface CutOff {
  /** Where the session talks to: `user:…` or `group:…`. */
  readonly to: string;
  /** When the answer was handed over whose arrival is open; `undefined`: the turn itself was running. */
  readonly handedOverAtMs: number | undefined;
}

type SessionEntry = ReturnType<Sessions["listSessionEntries"]>[number]["entry"];

function cutOffSessions({ sessions, cfg, accountId }: SessionRecoveryContext): readonly CutOffSession[] {
  return listAgentIds(cfg).flatMap((agentId) =>
    sessions.listSessionEntries({ agentId }).flatMap(({ sessionKey, entry }) => {
      const cutOff = cutOffOf(entry, accountId);
      return cutOff === undefined ? [] : [{ agentId, sessionKey, cutOff }];
    }),
  );
}

/** Nothing can run yet in this process, whatever the session says. */
function cutOffOf(entry: SessionEntry, accountId: string): CutOff | undefined {
  const { status, restartRecoverySourceIngress = "channel", pendingDeliveryNotice } = entry;
  const wasRunning = status === "running" && restartRecoverySourceIngress === "channel";
  const owesNotice = pendingDeliveryNotice?.state === "owed";
  if (!wasRunning && !owesNotice) return undefined;
  const route = (wasRunning && entry.restartRecoveryDeliveryContext) || deliveryContextFromSession(entry);
  const isOurs = route?.channel === CHANNEL_ID && (route.accountId ?? DEFAULT_ACCOUNT_ID) === accountId;
  if (!isOurs || route.to === undefined) return undefined;
  return { to: route.to, handedOverAtMs: wasRunning ? undefined : pendingDeliveryNotice?.createdAt };
}

async function isKnown(
  { cutOff: { to, handedOverAtMs } }: CutOffSession,
  { inbox, robotCode }: SessionRecoveryContext,
): Promise<boolean> {
  const target = parseTarget(to);
  if (target === undefined) return false;
  const query =
    target.kind === "group" ? { lane: laneOf(robotCode, target.conversationId) } : { sender: target.staffId };
  const { entries } = await inbox.list({ ...query, order: "newest" });
  if (handedOverAtMs === undefined) return entries.length > 0;
  return entries.some(
    ({ appendedAtMs, endedAtMs = Number.POSITIVE_INFINITY }) =>
      appendedAtMs <= handedOverAtMs && handedOverAtMs <= endedAtMs,
  );
}

/** To the host the turn was ended by somebody, and owes nothing: nothing is left to recover. */
async function claim(
  { agentId, sessionKey, cutOff }: CutOffSession,
  { sessions, log, accountId, mayClaim }: SessionRecoveryContext,
): Promise<void> {
  const conversation = cutOff.to;
  await sessions.patchSessionEntry({
    agentId,
    sessionKey,
    preserveActivity: true,
    update: (entry) => {
      const now = cutOffOf(entry, accountId);
      if (now?.to !== conversation || mayClaim?.() === false) return null;
      const { pendingDeliveryNotice: notice } = entry;
      return {
        ...(now.handedOverAtMs === undefined && { status: "killed" as const, endedAt: Date.now() }),
        ...(notice && { pendingDeliveryNotice: { ...notice, state: "acknowledged" as const } }),
      };
    },
  });
  log.info("a turn was cut off by the end of the last process; the inbox has it", { conversation });
}
