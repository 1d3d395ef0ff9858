import { ConfigError, type Target } from "@dingtalk-kit/protocol";

import type { CardContext } from "./card-calls.ts";
import { isAlreadyThere } from "./failure.ts";
import { createLiveCard, type LiveCard } from "./live-card.ts";
import type { RetryRule } from "./port-calls.ts";
import { type Language, TEXTS } from "./texts.ts";

const RETRY: RetryRule = { attempts: 2, delayMs: 500 };

/**
 * Creates and delivers a card, once.
 *
 * @throws ConfigError when there is nobody to address, or what the card port threw.
 */
export async function deliverCard(
  target: Target | undefined,
  language: Language,
  context: CardContext,
): Promise<LiveCard> {
  if (target === undefined) throw new ConfigError("the sender has no staff id: no card can reach them");
  const { cards, template, calls, ports } = context;
  const outTrackId = ports.randomId();
  const shown = template.placeholder ? TEXTS[language].placeholder : "";
  const card = {
    outTrackId,
    templateId: template.id,
    target,
    params: { ...template.params, [template.key]: shown },
    summary: TEXTS[language].summary,
  };
  try {
    const { carrierId } = await calls.run(RETRY, () => cards.createAndDeliver(card));
    return createLiveCard({ outTrackId, carrierId, shown }, context);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    return createLiveCard({ outTrackId, carrierId: undefined, shown }, context);
  }
}
