import type { Store } from "@dingtalk-kit/store";
import type { Turns } from "@dingtalk-kit/turn";

import { processWide } from "./process-wide.ts";

/** What a running account keeps its messages in. */
export interface RunningInbox {
  readonly accountId: string;
  readonly clientId: string;
  readonly file: string;
  readonly store: Store;
  readonly turns: Turns;
}

const inboxes = processWide("inboxes-1", () => new Map<string, RunningInbox>());

/** Lets the command line look into this inbox, through the gateway, until disposed. */
export function lendInbox(inbox: RunningInbox): Disposable {
  inboxes().set(inbox.accountId, inbox);
  return {
    [Symbol.dispose]() {
      if (inboxes().get(inbox.accountId) === inbox) inboxes().delete(inbox.accountId);
    },
  };
}

/** Inboxes of the accounts that run in this process. */
export function runningInboxes(): readonly RunningInbox[] {
  return [...inboxes().values()];
}
