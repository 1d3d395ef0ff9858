import type { Target } from "./sending.ts";

/** Life of an AI card, as its template sees it (`flowStatus`). */
export type CardState = "PROCESSING" | "INPUTING" | "FINISHED" | "EXECUTING" | "FAILED";

/** Wire values of {@link CardState}. */
export const FLOW_STATUS: Readonly<Record<CardState, string>> = {
  PROCESSING: "1",
  INPUTING: "2",
  FINISHED: "3",
  EXECUTING: "4",
  FAILED: "5",
};

export interface CardDelivery {
  /** Our own key of this card, at most 100 characters. Reusing one has no effect. */
  readonly outTrackId: string;
  readonly templateId: string;
  readonly target: Target;
  /** Fills the template. Values are strings, always. */
  readonly params: Readonly<Record<string, string>>;
  /** Shown in the conversation list. */
  readonly summary?: string | undefined;
}

export interface CardFrame {
  readonly outTrackId: string;
  /** Unique per call: DingTalk ignores a repeated one, which makes a retry safe. */
  readonly guid: string;
  /** A streaming variable of the template. */
  readonly key: string;
  /** The whole text so far: Markdown variables must be replaced, not appended to (`isFull` is always true). */
  readonly content: string;
  /** Ends the stream: INPUTING → FINISHED. */
  readonly finalize: boolean;
  /** Ends the stream: INPUTING → FAILED. The template must know the failed state. */
  readonly failed: boolean;
  /** Shows the first words of an answer: when calls have to wait, it goes before frames of cards that show some. */
  readonly first?: boolean | undefined;
  /** Asked once, as the frame leaves: the text by then, for it may have had to wait. @defaultValue `content` */
  newest?(): string;
}

export interface CardUpdate {
  readonly outTrackId: string;
  /** Merged into the card by key. */
  readonly params: Readonly<Record<string, string>>;
}

/** Who can create and update a card. */
export interface CardPort {
  /** @returns DingTalk's `carrierId`, which a quote of this card carries as `processQueryKey`.
   *  @throws CardError when DingTalk answers 200 but did not deliver. */
  createAndDeliver(
    card: CardDelivery,
    signal?: AbortSignal,
  ): Promise<{ readonly carrierId: string | undefined }>;
  update(update: CardUpdate, signal?: AbortSignal): Promise<void>;
  /** Resolves also when a later frame of the same card took the place of this one before it left. */
  stream(frame: CardFrame, signal?: AbortSignal): Promise<void>;
  /** Takes back a frame of this card that has not left yet and does not end it: its promise resolves.
   *  @returns whether there was one. */
  withdraw?(outTrackId: string): boolean;
}
