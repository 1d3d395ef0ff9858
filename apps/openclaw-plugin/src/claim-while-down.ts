import type { Logger } from "@dingtalk-kit/protocol";
import { openSqliteReader, StoreError } from "@dingtalk-kit/store";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { bundledWorker, stateDirOf, storeFile } from "./account-store.ts";
import { startedAccounts } from "./accounts.ts";
import type { DingTalkAccount } from "./accounts.ts";
import { failureLine } from "./failure.ts";
import { runningInboxes } from "./running-inboxes.ts";
import type { PluginRuntime } from "./runtime.ts";
import { claimInterruptedSessions } from "./session-recovery.ts";

export interface GatewayStart {
  readonly core: PluginRuntime;
  readonly cfg: OpenClawConfig;
  readonly log: Logger;
}

/**
 * Does for accounts that the host does not start what the others do while they start: its crash-loop breaker keeps
 * channels down, but not its recovery of turns, which would answer beside the inbox. To be called when a gateway starts.
 */
export async function claimWhileDown({ core, cfg, log }: GatewayStart): Promise<void> {
  for (const account of startedAccounts(cfg)) {
    try {
      await claimFor(account, { core, cfg, log });
    } catch (error) {
      // Owned: the account runs, and sees to it itself. Missing: it has never kept a message.
      if (error instanceof StoreError && (error.fault === "owned" || error.fault === "missing")) continue;
      log.warn(`turns that were cut off could not be looked for: ${failureLine(error)}`, {
        accountId: account.accountId,
      });
    }
  }
}

async function claimFor(account: DingTalkAccount, { core, cfg, log }: GatewayStart): Promise<void> {
  const { accountId, clientId, settings } = account;
  if (clientId === undefined || settings === undefined) return;
  const file = storeFile(stateDirOf(core), clientId);
  await using reader = await openSqliteReader({ file, worker: bundledWorker() }, { log });
  await claimInterruptedSessions({
    sessions: core.agent.session,
    cfg,
    accountId,
    robotCode: settings.robotCode ?? clientId,
    inbox: reader.inbox,
    log,
    mayClaim: () => runningInboxes().every((running) => running.clientId !== clientId),
  });
}
