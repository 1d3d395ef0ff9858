import { deliverCard } from "./deliver-card.ts";
import { failureFields } from "./failure.ts";
import type { LiveCard } from "./live-card.ts";
import type { ReplyContext } from "./reply-context.ts";

/** The place of a reply's card: empty, then a card, or for good none. */
export interface CardSlot {
  readonly state: "NEW" | LiveCard["state"];
  /** Why there is no card, or no longer one that works. */
  readonly error: unknown;
  /** Delivers the card, once. @returns `undefined` in Markdown mode, and when the card was refused. Does not reject. */
  open(): Promise<LiveCard | undefined>;
  /** The card, if `open` was ever called. */
  readonly opened: Promise<LiveCard | undefined> | undefined;
  /** Shows `text` as soon as there is a card, and opens one if need be. */
  show(text: string, atOnce: boolean): void;
  /** Shows nothing more: the end is on its way. */
  close(): void;
  /** Gives the card up. */
  lose(error: unknown): void;
}

export function createCardSlot(context: ReplyContext): CardSlot {
  const { options, ports } = context;
  let card: LiveCard | undefined;
  let opened: Promise<LiveCard | undefined> | undefined;
  let lost: { readonly error: unknown } | undefined;
  let wanted = "";
  let closed = false;

  const lose = (error: unknown): void => {
    if (lost !== undefined) return;
    lost = { error };
    ports.log.warn("card lost, answering in Markdown messages", failureFields(error));
    context.emit({ kind: "card-lost", error });
  };
  const deliver = async (): Promise<LiveCard | undefined> => {
    const onShown = (chars: number): void => context.emit({ kind: "shown", chars });
    const { cards, template, target } = options;
    const { calls, intervalMs, language } = context;
    try {
      card = await deliverCard(target, language, {
        cards,
        template,
        calls,
        ports,
        intervalMs,
        onShown,
        onLost: lose,
      });
    } catch (error) {
      lose(error);
      return undefined;
    }
    context.emit({ kind: "opened", outTrackId: card.outTrackId, carrierId: card.carrierId });
    if (!closed && wanted !== "") card.show(wanted, true);
    return card;
  };
  const open = (): Promise<LiveCard | undefined> => {
    opened ??= options.mode === "card" ? deliver() : Promise.resolve(undefined);
    return opened;
  };

  return {
    open,
    lose,
    get state() {
      return card?.state ?? "NEW";
    },
    get error() {
      return lost?.error;
    },
    get opened() {
      return opened;
    },
    show(text, atOnce) {
      wanted = text;
      void open();
      card?.show(text, atOnce);
    },
    close() {
      closed = true;
    },
  };
}
