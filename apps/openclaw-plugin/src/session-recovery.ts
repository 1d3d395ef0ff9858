import { existsSync } from "node:fs";

import { openSqliteStore, StoreError } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { startedAccounts } from "./accounts.ts";
import { bundledWorker, stateDirOf, storeFile } from "./account-store.ts";
import { dingtalkMessageId } from "./host-message-id.ts";
import { CHANNEL_ID } from "./ids.ts";
import type { PluginRuntime } from "./runtime.ts";

type Session = PluginRuntime["agent"]["session"];
type SessionRow = ReturnType<Session["listSessionEntries"]>[number];

export interface SessionRecoveryContext {
  readonly core: PluginRuntime;
  readonly cfg: OpenClawConfig;
  readonly log: { info?(message: string): void; warn?(message: string): void };
}

/**
 * Takes the turns that the end of the last process cut off out of the hands of the host's restart recovery: it would
 * answer them once more, beside the card that is open, after a notice in English. Those that our inbox knows are
 * answered from there, or have been. Runs before the host looks for them, and does nothing while another process runs.
 */
export async function claimInterruptedSessions(context: SessionRecoveryContext): Promise<void> {
  const rows = interruptedRows(context);
  if (rows.length === 0) return;
  for (const { clientId } of startedAccounts(context.cfg)) {
    const file = clientId === undefined ? undefined : storeFile(stateDirOf(context.core), clientId);
    if (file === undefined || !existsSync(file)) continue;
    try {
      await using store = await openSqliteStore({ file, worker: bundledWorker(), lockTimeoutMs: 0 });
      for (const row of rows) if (await isKnown(row, store)) await settle(row, context);
    } catch (error) {
      if (error instanceof StoreError && error.fault === "owned") continue;
      context.log.warn?.(`dingtalk: interrupted turns could not be looked up in ${file}: ${String(error)}`);
    }
  }
}

interface InterruptedRow {
  readonly agentId: string;
  readonly sessionKey: string;
  readonly messageId: string;
}

function interruptedRows({ core, cfg }: SessionRecoveryContext): readonly InterruptedRow[] {
  return agentIds(cfg).flatMap((agentId) =>
    core.agent.session.listSessionEntries({ agentId }).flatMap(({ sessionKey, entry }) => {
      const messageId = interruptedMessage(entry);
      return messageId === undefined ? [] : [{ agentId, sessionKey, messageId }];
    }),
  );
}

function interruptedMessage(entry: SessionRow["entry"]): string | undefined {
  const { status, restartRecoveryDeliverySourceRunId: source, restartRecoveryDeliveryContext: route } = entry;
  if (status !== "running" || source === undefined || route?.channel !== CHANNEL_ID) return undefined;
  return dingtalkMessageId(source);
}

async function isKnown({ messageId }: InterruptedRow, { inbox }: Store): Promise<boolean> {
  const { entries } = await inbox.list({ messageId, limit: 1 });
  return entries.length > 0;
}

/** To the host the turn was ended by somebody: nothing is left to recover. */
async function settle(
  { agentId, sessionKey, messageId }: InterruptedRow,
  { core, log }: SessionRecoveryContext,
): Promise<void> {
  await core.agent.session.patchSessionEntry({
    agentId,
    sessionKey,
    preserveActivity: true,
    update: (entry) =>
      interruptedMessage(entry) === messageId ? { status: "killed" as const, endedAt: Date.now() } : null,
  });
  log.info?.(`dingtalk: the turn of message ${messageId} was cut off; it is answered from the inbox`);
}

function agentIds({ agents }: OpenClawConfig): readonly string[] {
  const ids = (agents?.list ?? []).map(({ id }) => id);
  return ids.length > 0 ? ids : ["main"];
}
