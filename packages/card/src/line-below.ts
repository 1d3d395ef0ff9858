import type { CardSlot } from "./card-slot.ts";
import { createCardWindow } from "./card-window.ts";
import { withFenceClosed } from "./code-fence.ts";
import { failureFields } from "./failure.ts";
import type { ReplyContext } from "./reply-context.ts";

/**
 * What stands below an answer in its card. Asked once, when all of the card's frames but the last are through; `calls` is
 * how many DingTalk calls the reply has made by then, the last frame counted in.
 */
export type LineBelow = (calls: number) => string | undefined;

/** `text` with its line, where there is a card for it. Delivers the card if need be. Does not reject. */
export async function withLineBelow(
  text: string,
  below: LineBelow,
  { slot, context }: { readonly slot: CardSlot; readonly context: ReplyContext },
): Promise<string> {
  const card = await slot.open();
  await card?.rest();
  if (card === undefined || slot.error !== undefined) return text;
  const line = ask(below, context)?.trim() ?? "";
  if (line === "") return text;
  const whole = `${withFenceClosed(text)}\n\n${line}`;
  const window = createCardWindow(context.options.template.maxChars);
  const fits = (shown: string): boolean => window.fit(shown).end === shown.length;
  // Nobody wants a message for the line alone.
  return fits(text) && !fits(whole) ? text : whole;
}

function ask(below: LineBelow, { calls, ports }: ReplyContext): string | undefined {
  try {
    return below(calls.count + 1);
  } catch (error) {
    ports.log.error("the line below a card could not be made", failureFields(error));
    return undefined;
  }
}
