import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { stateDirOf } from "./account-store.ts";
import { answerInbox } from "./inbox-answer.ts";
import { refuseUsage } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";
import { InboxUsageError, readInboxRequest } from "./inbox-request.ts";
import type { InboxAction } from "./inbox-request.ts";
import { runningInboxes } from "./running-inboxes.ts";
import { getHostRuntime } from "./runtime.ts";

/** Answers from within the gateway, with the inboxes of the accounts that run in it. */
export async function answerInGateway(
  action: InboxAction,
  params: Readonly<Record<string, unknown>>,
  cfg: OpenClawConfig,
): Promise<InboxReply> {
  try {
    const request = readInboxRequest(action, params);
    const stateDir = stateDirOf(getHostRuntime());
    return await answerInbox(request, { cfg, stateDir, running: runningInboxes() });
  } catch (error) {
    if (error instanceof InboxUsageError) return refuseUsage(error);
    throw error;
  }
}
