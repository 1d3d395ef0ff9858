import { DecodeError, DingTalkError, fillPorts } from "@dingtalk-kit/protocol";
import type { Ports, SessionMessage, SessionWebhookPort } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net, PlatformObject } from "@dingtalk-kit/net";

import { checkWebhookUrl } from "./webhook-url.ts";

/** Waits before each try. `msgUuid` makes a repetition the same message to DingTalk. */
const DELAYS_MS = [0, 300, 1_000] as const;
/** "System busy": the only code that DingTalk itself wants repeated. */
const BUSY = "-1";

function payloadOf(message: SessionMessage, msgUuid: string): PlatformObject {
  const { mentions = [] } = message;
  const rest = { msgUuid, ...(mentions.length > 0 && { at: { atUserIds: [...mentions] } }) };
  if (message.kind === "text") return { msgtype: "text", text: { content: message.text }, ...rest };
  const { title, text } = message;
  return { msgtype: "markdown", markdown: { title, text }, ...rest };
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof DingTalkError) || error.code === "DINGTALK_RATE_LIMITED") return false;
  return error.retryable || ("platformCode" in error && error.platformCode === BUSY);
}

/**
 * Sends into a conversation by the reply URL of an inbound message (`sessionWebhook`).
 *
 * `send` throws ApiError with `platformCode` "300001" when the session is unknown or has expired, RateLimitError after
 * more than 20 messages a minute, DecodeError when the URL is not an HTTPS URL. A broken connection and a busy system are
 * tried three times, as the same message.
 *
 * @see https://open.dingtalk.com/document/development/robot-reply-and-send-messages
 */
export function createSessionWebhook(
  deps: { readonly net: Net },
  ports: Partial<Ports> = {},
): SessionWebhookPort {
  const filled = fillPorts(ports);
  return {
    async send(url, message, signal) {
      const problem = checkWebhookUrl(url);
      // The URL itself is a key to the conversation, so it is not shown.
      if (problem !== undefined) throw new DecodeError(`the session webhook ${problem}`);
      const json = payloadOf(message, message.idempotencyId ?? filled.randomId());
      let failure: unknown;
      for (const delayMs of DELAYS_MS) {
        if (delayMs > 0) await filled.clock.sleep(delayMs, signal);
        try {
          const response = await deps.net.request({ method: "POST", url, json, signal });
          readPlatformAnswer(response, { name: "the session webhook" });
          return { route: "session-webhook", processQueryKey: undefined };
        } catch (error) {
          if (!isTransient(error)) throw error;
          failure = error;
        }
      }
      throw failure;
    },
  };
}
