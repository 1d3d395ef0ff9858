import type { CardContext } from "./card-calls.ts";
import { deliverCard } from "./deliver-card.ts";
import { createDoubt } from "./doubt.ts";
import { failureFields } from "./failure.ts";
import { createLiveCard, type LiveCard } from "./live-card.ts";
import type { ReplyContext } from "./reply-context.ts";

/** The place of a reply's card: empty, then a card, or for good none. */
export interface CardSlot {
  readonly state: "NEW" | LiveCard["state"];
  /** Our key of the card, delivered or not. */
  readonly outTrackId: string | undefined;
  /** The card, once it is delivered. */
  readonly card: LiveCard | undefined;
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
  /** Closes a card that was given up, also one that may be there although its delivery failed. Does not reject. */
  abandon(text: string): Promise<void>;
}

export function createCardSlot(context: ReplyContext): CardSlot {
  const { options, ports, memory } = context;
  const { cards, template, target } = options;
  const doubt = createDoubt();
  let outTrackId = memory.outTrackId;
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
  const cardContext: CardContext = {
    cards,
    template,
    ports,
    calls: context.calls,
    intervalMs: context.intervalMs,
    onShown: (chars) => context.emit({ kind: "shown", chars }),
    onLost: lose,
  };
  const deliver = async (): Promise<LiveCard | undefined> => {
    outTrackId ??= ports.randomId();
    try {
      card = await deliverCard(
        { outTrackId, target, language: context.language, memory, doubt },
        cardContext,
      );
    } catch (error) {
      lose(error);
      return undefined;
    }
    context.emit({ kind: "opened", outTrackId, carrierId: card.carrierId });
    if (!closed && wanted !== "") card.show(wanted, true);
    return card;
  };
  const open = (): Promise<LiveCard | undefined> => {
    // The card of an earlier run is gone on in, whatever the mode is now: it must not stay open.
    const wantsCard = options.mode === "card" || memory.outTrackId !== undefined;
    opened ??= wantsCard ? deliver() : Promise.resolve(undefined);
    return opened;
  };

  return {
    open,
    lose,
    get state() {
      return card?.state ?? (memory.outTrackId === undefined ? "NEW" : "PROCESSING");
    },
    get outTrackId() {
      return outTrackId;
    },
    get card() {
      return card;
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
    async abandon(text) {
      const mayBeThere = doubt.raised || memory.outTrackId !== undefined;
      if (card !== undefined) return card.abandon(text);
      if (outTrackId === undefined || !mayBeThere) return;
      const unseen = { outTrackId, carrierId: undefined, shown: "", mayBeClosed: true };
      await createLiveCard(unseen, cardContext).abandon(text);
    },
  };
}
