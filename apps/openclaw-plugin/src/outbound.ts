import { splitMarkdown } from "@dingtalk-kit/card";

import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { MESSAGE_LIMITS } from "./message-limits.ts";
import type { Send, SentText } from "./send-text.ts";

async function sendText(send: Send): Promise<SentText> {
  const loaded = await import("./on-demand.ts");
  return loaded.sendText(send);
}

/** The host's durable sends, such as `openclaw message send` and the results of scheduled jobs. */
export const message: NonNullable<Plugin["message"]> = {
  id: CHANNEL_ID,
  // The SDK's helper would add this line, and cost every command most of a second of loading.
  receive: { defaultAckPolicy: "manual", supportedAckPolicies: ["manual"] },
  durableFinal: { capabilities: { text: true, messageSendingHooks: true } },
  send: {
    text: ({ onPlatformSendDispatch, assertDirectAdapterHandoff, onDeliveryResult, ...send }) =>
      sendText({
        ...send,
        beforeSend: async () => {
          await onPlatformSendDispatch?.();
          assertDirectAdapterHandoff?.();
        },
        afterSend: onDeliveryResult,
      }),
  },
};

/** The same sends for callers that do not know message adapters. */
export const outbound: NonNullable<Plugin["outbound"]> = {
  deliveryMode: "direct",
  textChunkLimit: MESSAGE_LIMITS.maxChars,
  chunkerMode: "markdown",
  chunker: (text, limit) => [...splitMarkdown(text, { ...MESSAGE_LIMITS, maxChars: limit })],
  sendText: async ({ cfg, to, text, accountId }) => {
    const { messageId, receipt } = await sendText({ cfg, to, text, accountId });
    return { channel: CHANNEL_ID, messageId, receipt };
  },
};
