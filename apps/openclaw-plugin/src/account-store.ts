import { existsSync } from "node:fs";
import { join } from "node:path";

import type { AccountSettings } from "@dingtalk-kit/config";
import type { Clock, Logger } from "@dingtalk-kit/protocol";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";

import { CHANNEL_ID } from "./ids.ts";
import type { PluginRuntime } from "./runtime.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** An account that is reloaded may find the one before still closing its store. */
const LOCK_TIMEOUT_MS = 10_000;

/** Where the messages of an app are kept: one file for each app, whatever its account is called. */
export function storeFile(stateDir: string, clientId: string): string {
  return join(stateDir, CHANNEL_ID, encodeURIComponent(clientId), "inbox.db");
}

/** Of the running host, or of the one that the environment names. */
export function stateDirOf(core: PluginRuntime): string {
  return core.state.resolveStateDir(process.env);
}

export type StoreSettings = Pick<AccountSettings, "retention" | "maxQueuedPerConversation">;

export function storeOptions(settings: StoreSettings): {
  readonly maxLaneDepth: number;
  readonly keepDoneMs: number;
  readonly keepDeadMs: number;
  readonly keepTextMs: number;
} {
  const { doneDays, deadDays, textDays } = settings.retention;
  return {
    maxLaneDepth: settings.maxQueuedPerConversation,
    keepDoneMs: doneDays * DAY_MS,
    keepDeadMs: deadDays * DAY_MS,
    keepTextMs: textDays * DAY_MS,
  };
}

/**
 * Opens what survives a crash of one app. Purges what is older than the retention settings, now and once an hour.
 *
 * @throws StoreError when another process has it, or the disk says no; the message names the file and the way out.
 */
export async function openAccountStore(
  file: string,
  settings: StoreSettings,
  { log, clock }: { readonly log: Logger; readonly clock?: Clock | undefined },
): Promise<Store> {
  const options = {
    file,
    worker: bundledWorker(),
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    ...storeOptions(settings),
  };
  const store = await openSqliteStore(options, { log, ...(clock && { clock }) });
  const purge = (): void => {
    store.inbox.purge().then(
      (purged) => log.debug("purged the inbox", { ...purged }),
      (error: unknown) => log.warn("the inbox could not be purged", { error }),
    );
  };
  purge();
  const timer = setInterval(purge, HOUR_MS);
  timer.unref();
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await store[Symbol.asyncDispose]();
    },
  };
}

/** The store's thread, beside the bundle. Run from its sources, the store finds its own. */
export function bundledWorker(): URL | undefined {
  const worker = new URL("./store-worker.js", import.meta.url);
  return existsSync(worker) ? worker : undefined;
}
