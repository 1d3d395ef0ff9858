import type { SendReceipt } from "./sending.ts";

/** How an answer ends: whole, or visibly broken off. */
export type ReplyEnd = "FINISHED" | "FAILED";

/** What an earlier process left of the same reply. */
export interface EarlierReply {
  /** Our key of the card that was delivered, or was about to be: the reply goes on in it. */
  readonly outTrackId: string | undefined;
  /** The last words, once they were decided: they are shown again, and nobody is asked again. */
  readonly end: { readonly text: string; readonly state: ReplyEnd } | undefined;
  /** The messages that followed, or took the place of, the card. `undefined`: none was sent. */
  readonly messages: EarlierMessages | undefined;
}

export interface EarlierMessages {
  /** They held the whole text, because there was no card or it was lost; otherwise only what the card did not take. */
  readonly whole: boolean;
  /** How much of the text the card had taken before them, in UTF-16 units. @defaultValue what a card usually takes */
  readonly from?: number | undefined;
  /** How many have surely arrived. */
  readonly sent: number;
  /** One more was on its way: whether it arrived is not known. */
  readonly uncertain: boolean;
}

/**
 * Remembers how far a reply has got, so that after a crash it ends in the same card, and no message is said twice.
 * Each call resolves once it is on disk. A call that rejects has remembered nothing; the reply goes on all the same,
 * because an answer now is worth more than one that a crash could not double.
 */
export interface ReplyJournal {
  /** `undefined` on the first run. */
  readonly earlier: EarlierReply | undefined;
  /** Before a card is delivered. */
  opening(outTrackId: string): Promise<void>;
  /** Before the last words are shown. */
  ending(text: string, state: ReplyEnd): Promise<void>;
  /** Before the message with this index is sent. `from` is how much of the text the card has taken. */
  sending(index: number, whole: boolean, from: number): Promise<void>;
  /** After it was. */
  sent(index: number, receipt: SendReceipt): Promise<void>;
  /** After it surely was not: it is no longer uncertain. */
  unsent?(index: number): Promise<void>;
  /** Whether a message that may have arrived is sent again: rather twice than never. */
  readonly repeatUncertain: boolean;
}
