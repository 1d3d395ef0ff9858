import { existsSync } from "node:fs";

import { openSqliteReader, openSqliteStore, StoreError } from "@dingtalk-kit/store";
import type { Store, StoreReader } from "@dingtalk-kit/store";
import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { bundledWorker, storeFile, storeOptions } from "./account-store.ts";
import type { StoreSettings } from "./account-store.ts";
import { listAccountIds, resolveAccount } from "./accounts.ts";
import type { DingTalkAccount } from "./accounts.ts";
import { InboxUsageError } from "./inbox-request.ts";
import type { RunningInbox } from "./running-inboxes.ts";

/** Where to look for inboxes. */
export interface Whereabouts {
  readonly cfg: OpenClawConfig;
  /** The host's folder for state. */
  readonly stateDir: string;
  /** The inboxes that this process owns: none in a command. */
  readonly running: readonly RunningInbox[];
}

/** The inbox of one account. */
export interface Place<S extends StoreReader = StoreReader> {
  readonly accountId: string;
  readonly file: string;
  /** Whether the account runs, so that what waits is worked off. */
  readonly running: boolean;
  readonly store: S;
}

/** The inboxes that were asked for, as far as there are any. */
export interface Places<S extends StoreReader = StoreReader> extends AsyncDisposable {
  readonly found: readonly Place<S>[];
  /** Files that would hold the messages of accounts that have kept none yet. */
  readonly missing: readonly string[];
  /** Why some could not be opened, or have no file. */
  readonly problems: readonly string[];
}

/**
 * Opens inboxes to look at them. Those that this process owns are lent; of the others the files are read.
 *
 * @throws InboxUsageError when there is no such account.
 */
export function openToLook(where: Whereabouts, accountId: string | undefined): Promise<Places> {
  return openPlaces<StoreReader>(where, accountId, {
    lent: ({ store }) => store,
    open: (file) => openSqliteReader({ file, worker: bundledWorker() }),
  });
}

/**
 * Opens inboxes to change them: of those that nobody owns this process becomes the owner until it disposes them.
 *
 * @throws InboxUsageError when there is no such account.
 */
export function openToChange(where: Whereabouts, accountId: string | undefined): Promise<Places<Store>> {
  return openPlaces<Store>(where, accountId, {
    lent: ({ store }) => store,
    open: (file, settings) => openSqliteStore({ file, worker: bundledWorker(), ...storeOptions(settings) }),
  });
}

interface Opener<S> {
  readonly lent: (inbox: RunningInbox) => S;
  readonly open: (file: string, settings: StoreSettings) => Promise<S>;
}

async function openPlaces<S extends StoreReader>(
  { cfg, stateDir, running }: Whereabouts,
  accountId: string | undefined,
  { lent, open }: Opener<S>,
): Promise<Places<S>> {
  await using stack = new AsyncDisposableStack();
  const found: Place<S>[] = [];
  const missing: string[] = [];
  const problems: string[] = [];
  for (const account of distinctApps(cfg, accountId)) {
    const { clientId, settings } = account;
    const inbox = running.find((one) => one.clientId === clientId);
    if (inbox !== undefined) {
      found.push({ accountId: inbox.accountId, file: inbox.file, running: true, store: lent(inbox) });
      continue;
    }
    if (settings === undefined) {
      problems.push(`account ${account.accountId}: mistakes in its settings hide which app it belongs to`);
      continue;
    }
    // Without an app it has never received anything.
    if (clientId === undefined) continue;
    const file = storeFile(stateDir, clientId);
    if (!existsSync(file)) {
      missing.push(file);
      continue;
    }
    try {
      const store = stack.use(await open(file, settings));
      found.push({ accountId: account.accountId, file, running: false, store });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      problems.push(`account ${account.accountId}: ${error.message}`);
    }
  }
  const opened = stack.move();
  return { found, missing, problems, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Accounts that share an app share its inbox, too: one of them stands for all. */
function distinctApps(cfg: OpenClawConfig, accountId: string | undefined): readonly DingTalkAccount[] {
  const all = listAccountIds(cfg);
  const wanted = accountId === undefined ? all : all.filter((id) => id === normalizeAccountId(accountId));
  if (wanted.length === 0 && accountId !== undefined)
    throw new InboxUsageError(`there is no account "${accountId}": use one of ${all.join(", ")}`);
  const accounts = wanted.map((id) => resolveAccount(cfg, id));
  return accounts.filter(
    ({ clientId }, index) =>
      clientId === undefined || accounts.findIndex((other) => other.clientId === clientId) === index,
  );
}
