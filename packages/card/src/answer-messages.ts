import type { Logger, OutboundMessage, ReplyPort, SendReceipt } from "@dingtalk-kit/protocol";

import { createDoubt } from "./doubt.ts";
import { failureFields, failureOf, mayHaveArrived } from "./failure.ts";
import { idempotencyIdOf } from "./idempotency-id.ts";
import { messageTitle } from "./message-title.ts";
import type { PortCalls, RetryRule } from "./port-calls.ts";
import type { ReplyMemory } from "./reply-memory.ts";
import { restAfter, splitMarkdown } from "./split-markdown.ts";
import { type Language, TEXTS } from "./texts.ts";

/** The robot API takes 15,000 bytes of `msgParam` with the title, the session webhook 20,000 of body. Clients in
 *  production split at 3,800 characters. */
const MESSAGE_LIMITS = { maxChars: 3_800, maxBytes: 14_000 } as const;

const RETRY: RetryRule = { attempts: 3, delayMs: 500 };

/** What became of the messages of a reply. */
export interface SentMessages {
  readonly receipts: readonly SendReceipt[];
  /** How many may be seen twice. */
  readonly repeated: number;
  /** How many may not have arrived. */
  readonly uncertain: number;
  /** Why a message surely did not arrive, or not after all attempts. Those after it were not sent. */
  readonly error: unknown;
}

export interface Sending {
  readonly messages: ReplyPort;
  readonly calls: PortCalls;
  readonly language: Language;
  readonly log: Logger;
  readonly memory: ReplyMemory;
  /** Names the reply, if possible for good. */
  readonly replyKey: string;
}

type Fate = { readonly receipt: SendReceipt; readonly repeated: boolean } | "uncertain";

/**
 * Sends what `text` has after `from` as Markdown messages, in order, each after the one before has arrived, and goes on
 * where an earlier run stopped. Does not reject.
 */
export async function sendAnswer(text: string, from: number, by: Sending): Promise<SentMessages> {
  const { sent = 0, uncertain = false } = by.memory.messages ?? {};
  const fates: Fate[] = [];
  let error: unknown;
  try {
    for (const [index, part] of splitMarkdown(restAfter(text, from), MESSAGE_LIMITS).entries()) {
      if (index < sent) continue;
      const again = uncertain && index === sent;
      fates.push(await sendPart(part, { index, from, again }, by));
    }
  } catch (failure) {
    by.log.error("answer could not be sent", failureFields(failure));
    error = failure;
  }
  const arrived = fates.filter((fate) => fate !== "uncertain");
  return {
    receipts: arrived.map(({ receipt }) => receipt),
    repeated: arrived.filter(({ repeated }) => repeated).length,
    uncertain: fates.length - arrived.length,
    error,
  };
}

/** @throws what the port threw, unless the message may have arrived and must not be sent twice. */
async function sendPart(
  text: string,
  place: { readonly index: number; readonly from: number; readonly again: boolean },
  { messages, calls, language, log, memory, replyKey }: Sending,
): Promise<Fate> {
  const { index, from, again } = place;
  const mayRepeat = (error: unknown): boolean =>
    memory.repeatUncertain || !mayHaveArrived(error) || messages.repeatable?.(error) === true;
  const giveUp = (why: object): Fate => {
    log.warn("a message may not have arrived, and is not sent again", { index, ...why });
    return "uncertain";
  };
  if (again && !memory.repeatUncertain) return giveUp({ cause: "the process ended while it was sent" });

  const message: OutboundMessage = {
    kind: "markdown",
    title: messageTitle(text, TEXTS[language].title),
    text,
    idempotencyId: idempotencyIdOf(replyKey, index, text),
  };
  const doubt = createDoubt();
  await memory.sending(index, from);
  try {
    const receipt = await calls.run({ ...RETRY, mayRepeat }, () => doubt.watch(() => messages.send(message)));
    await memory.sent(index, receipt);
    // DingTalk knows a repetition by the session webhook for what it is.
    return { receipt, repeated: (again || doubt.raised) && receipt.route !== "session-webhook" };
  } catch (error) {
    if (!again && !doubt.raised) await memory.unsent(index);
    if (mayRepeat(error) || !failureOf(error).retryable) throw error;
    return giveUp(failureFields(error));
  }
}
