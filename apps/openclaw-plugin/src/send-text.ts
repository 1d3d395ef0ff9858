import { randomUUID } from "node:crypto";

import { convertTables, messageTitle, splitMarkdown } from "@dingtalk-kit/card";
import { DingTalkError } from "@dingtalk-kit/protocol";
import type { SendReceipt, Target } from "@dingtalk-kit/protocol";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";

import { resolveAccount } from "./accounts.ts";
import { failureLine } from "./failure.ts";
import { findNamesOfTargets } from "./find-names.ts";
import { CHANNEL_ID } from "./ids.ts";
import { MESSAGE_LIMITS } from "./message-limits.ts";
import { resolveTarget } from "./named-target.ts";
import { borrowServices } from "./running-services.ts";
import type { Services } from "./services.ts";
import { formatTarget } from "./targets.ts";

export interface Send {
  readonly cfg: OpenClawConfig;
  readonly to: string;
  readonly text: string;
  readonly accountId?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly replyToId?: string | null | undefined;
  /** Called before each message; throws when it must not go out any more. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Called after each message, so that a later failure does not repeat it. */
  readonly afterSend?: ((sent: SentText) => Promise<void> | void) | undefined;
}

export interface SentText {
  /** Receipt of the first message. */
  readonly messageId: string;
  readonly receipt: ReturnType<typeof createMessageReceiptFromOutboundResults>;
}

type Result = Parameters<typeof createMessageReceiptFromOutboundResults>[0]["results"][number];

/**
 * Sends Markdown to a person or a group by the robot API, in as many messages as it takes.
 *
 * @throws ConfigError when the target cannot be read or the account has no credentials;
 *   PlatformMessageNotDispatchedError when DingTalk refused the first message; otherwise the API's errors.
 */
export async function sendText(send: Send): Promise<SentText> {
  const target = await resolveTarget(send.to, () => findNamesOfTargets(send.cfg, send.accountId));
  const account = resolveAccount(send.cfg, send.accountId);
  await using borrowed = borrowServices(account);
  const results: Result[] = [];
  const whole = convertTables(send.text, account.settings?.tableMode ?? "native");
  for (const text of splitMarkdown(whole, MESSAGE_LIMITS)) {
    await send.beforeSend?.();
    const { processQueryKey } = await sendOne(borrowed.services, target, text, send.signal).catch(
      (error: unknown) => {
        throw results.length === 0 ? notDispatched(error) : error;
      },
    );
    const messageId = processQueryKey ?? randomUUID();
    results.push({ channel: CHANNEL_ID, messageId, conversationId: formatTarget(target) });
    await send.afterSend?.(sentText(results.slice(-1), send));
  }
  return sentText(results, send);
}

function sendOne(
  services: Services,
  target: Target,
  text: string,
  signal?: AbortSignal,
): Promise<SendReceipt> {
  return services.api.robot.send(target, { kind: "markdown", title: messageTitle(text), text }, signal);
}

function sentText(results: readonly Result[], { replyToId }: Send): SentText {
  const reply = replyToId ? { replyToId } : {};
  const receipt = createMessageReceiptFromOutboundResults({ results, kind: "text", ...reply });
  return { messageId: results[0]?.messageId ?? "", receipt };
}

/** DingTalk said no, so nobody saw anything: the host may try again without saying it twice. */
function notDispatched(error: unknown): unknown {
  const refused = error instanceof DingTalkError && !error.retryable;
  return refused
    ? new PlatformMessageNotDispatchedError(failureLine(error), { cause: error, retryable: false })
    : error;
}
