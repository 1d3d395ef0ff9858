/** A person's click on a card, decoded from topic `/v1.0/card/instances/callback`. */
export interface CardAction {
  readonly outTrackId: string;
  readonly userId: string | undefined;
  readonly corpId: string | undefined;
  readonly spaceType: string | undefined;
  readonly spaceId: string | undefined;
  readonly actionIds: readonly string[];
  /** Form values and button parameters. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly raw: unknown;
}
