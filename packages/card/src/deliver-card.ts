import { ConfigError, type Target } from "@dingtalk-kit/protocol";

import type { CardContext } from "./card-calls.ts";
import type { Doubt } from "./doubt.ts";
import { failureFields, isAlreadyThere } from "./failure.ts";
import { createLiveCard, type LiveCard } from "./live-card.ts";
import type { RetryRule } from "./port-calls.ts";
import type { ReplyMemory } from "./reply-memory.ts";
import { type Language, TEXTS } from "./texts.ts";

const RETRY: RetryRule = { attempts: 2, delayMs: 500 };

export interface Delivery {
  readonly outTrackId: string;
  readonly target: Target | undefined;
  readonly language: Language;
  readonly memory: ReplyMemory;
  /** Raised when a card may be there although this throws. */
  readonly doubt: Doubt;
}

/**
 * Creates and delivers a card, once. The card of an earlier run is delivered again, which has no effect when it is there.
 *
 * @throws ConfigError when there is nobody to address, or what the card port threw.
 */
export async function deliverCard(delivery: Delivery, context: CardContext): Promise<LiveCard> {
  const { outTrackId, memory, language } = delivery;
  const { template, ports } = context;
  const shown = template.placeholder ? TEXTS[language].placeholder : "";
  const isEarlier = outTrackId === memory.outTrackId;
  const card = { outTrackId, shown, mayBeClosed: isEarlier && memory.end !== undefined };
  try {
    return createLiveCard({ ...card, carrierId: await carrierOf(delivery, shown, context) }, context);
  } catch (error) {
    if (!isAlreadyThere(error)) {
      // It may be there, and then it must be closed.
      if (!isEarlier) throw error;
      ports.log.warn("the card of an earlier run could not be delivered again, going on in it", {
        outTrackId,
        ...failureFields(error),
      });
    }
    return createLiveCard({ ...card, carrierId: undefined }, context);
  }
}

async function carrierOf(
  { outTrackId, target, language, memory, doubt }: Delivery,
  shown: string,
  { cards, template, calls }: CardContext,
): Promise<string | undefined> {
  if (target === undefined) throw new ConfigError("the sender has no staff id: no card can reach them");
  if (outTrackId !== memory.outTrackId) await memory.opening(outTrackId);
  const card = {
    outTrackId,
    templateId: template.id,
    target,
    params: { ...template.params, [template.key]: shown },
    summary: TEXTS[language].summary,
  };
  const { carrierId } = await calls.run(RETRY, () => doubt.watch(() => cards.createAndDeliver(card)));
  return carrierId;
}
