import type { ReplyPort, SendReceipt } from "@dingtalk-kit/protocol";

import { messageTitle } from "./message-title.ts";
import type { PortCalls, RetryRule } from "./port-calls.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { type Language, TEXTS } from "./texts.ts";

/** The robot API takes 15,000 bytes of `msgParam` with the title, the session webhook 20,000 of body. Clients in
 *  production split at 3,800 characters. */
const MESSAGE_LIMITS = { maxChars: 3_800, maxBytes: 14_000 } as const;

const RETRY: RetryRule = { attempts: 3, delayMs: 500 };

/**
 * Sends `text` as Markdown messages, in order, each after the one before has arrived. Adds each receipt to `receipts`
 * at once, so that they are known when a later message fails.
 *
 * @throws what the send port threw when a message fails for good; the messages after it are not sent.
 */
export async function sendAnswer(
  text: string,
  receipts: SendReceipt[],
  by: { readonly messages: ReplyPort; readonly calls: PortCalls; readonly language: Language },
): Promise<void> {
  const fallbackTitle = TEXTS[by.language].title;
  for (const part of splitMarkdown(text, MESSAGE_LIMITS)) {
    const message = { kind: "markdown", title: messageTitle(part, fallbackTitle), text: part } as const;
    receipts.push(await by.calls.run(RETRY, () => by.messages.send(message)));
  }
}
