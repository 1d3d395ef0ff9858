import { randomUUID } from "node:crypto";

import { messageTitle, splitMarkdown } from "@dingtalk-kit/card";
import { ConfigError, silentLogger } from "@dingtalk-kit/protocol";
import {
  createMessageReceiptFromOutboundResults,
  defineChannelMessageAdapter,
} from "openclaw/plugin-sdk/channel-outbound";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { resolveAccount } from "./accounts.ts";
import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { createServices } from "./services.ts";
import { formatTarget, parseTarget } from "./targets.ts";

/** DingTalk takes 20,000 bytes in one Markdown message; the rest is for the envelope. */
const MAX_BYTES = 18_000;
const MAX_CHARS = 5_000;

interface Send {
  readonly cfg: OpenClawConfig;
  readonly to: string;
  readonly text: string;
  readonly accountId?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly replyToId?: string | null | undefined;
  /** Called before each message; throws when it must not go out any more. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
}

type Receipt = ReturnType<typeof createMessageReceiptFromOutboundResults>;

/**
 * Sends Markdown to a person or a group by the robot API, in as many messages as it takes.
 *
 * @throws ConfigError when the target cannot be read or the account has no credentials; the API's errors.
 */
export async function sendText(
  send: Send,
): Promise<{ readonly messageId: string; readonly receipt: Receipt }> {
  const target = parseTarget(send.to);
  if (target === undefined) {
    throw new ConfigError(
      `"${send.to}" is no DingTalk target: use user:<staffId>, group:<openConversationId> or cid…`,
    );
  }
  const account = resolveAccount(send.cfg, send.accountId);
  await using services = createServices(account, silentLogger);
  const conversationId = formatTarget(target);
  const results = [];
  for (const text of splitMarkdown(send.text, { maxChars: MAX_CHARS, maxBytes: MAX_BYTES })) {
    await send.beforeSend?.();
    const { processQueryKey } = await services.api.robot.send(
      target,
      { kind: "markdown", title: messageTitle(text), text },
      send.signal,
    );
    results.push({ channel: CHANNEL_ID, messageId: processQueryKey ?? randomUUID(), conversationId });
  }
  const receipt = createMessageReceiptFromOutboundResults({
    results,
    kind: "text",
    ...(send.replyToId && { replyToId: send.replyToId }),
  });
  return { messageId: results[0]?.messageId ?? "", receipt };
}

/** The host's durable sends, such as `openclaw message send` and replies of scheduled jobs. */
export const message: NonNullable<Plugin["message"]> = defineChannelMessageAdapter({
  id: CHANNEL_ID,
  durableFinal: { capabilities: { text: true, messageSendingHooks: true } },
  send: {
    text: ({
      cfg,
      to,
      text,
      accountId,
      signal,
      replyToId,
      onPlatformSendDispatch,
      assertDirectAdapterHandoff,
    }) =>
      sendText({
        cfg,
        to,
        text,
        accountId,
        signal,
        replyToId,
        beforeSend: async () => {
          await onPlatformSendDispatch?.();
          assertDirectAdapterHandoff?.();
        },
      }),
  },
});

/** The same sends for callers that do not know message adapters. */
export const outbound: NonNullable<Plugin["outbound"]> = {
  deliveryMode: "direct",
  textChunkLimit: MAX_CHARS,
  chunkerMode: "markdown",
  chunker: (text, limit) => [...splitMarkdown(text, { maxChars: limit, maxBytes: MAX_BYTES })],
  sendText: async ({ cfg, to, text, accountId }) => {
    const { messageId, receipt } = await sendText({ cfg, to, text, accountId });
    return { channel: CHANNEL_ID, messageId, receipt };
  },
};
