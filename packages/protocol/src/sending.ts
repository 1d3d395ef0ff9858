/** Where a proactive message or a card goes. */
export type Target =
  | { readonly kind: "user"; readonly staffId: string }
  | { readonly kind: "group"; readonly conversationId: string };

/** What robots can say on every route. */
export type OutboundMessage = (
  | { readonly kind: "text"; readonly text: string }
  /** `title` is what the conversation list and the notification show. */
  | { readonly kind: "markdown"; readonly title: string; readonly text: string }
) & {
  /** Makes a repetition the same message to DingTalk, where the route can (`msgUuid` of webhooks).
   *  @defaultValue a fresh one for each send */
  readonly idempotencyId?: string | undefined;
};

/** What a session webhook can say besides. */
export type SessionMessage = OutboundMessage & {
  /** Staff ids of people whom DingTalk is to notify. Each must stand in the text as well, as `@id`. */
  readonly mentions?: readonly string[] | undefined;
};

/** Proof of a send. */
export interface SendReceipt {
  readonly route: "session-webhook" | "robot-api";
  /** DingTalk's receipt; the session webhook gives none. */
  readonly processQueryKey: string | undefined;
}

/** Sends by robot code: `oToMessages/batchSend` and `groupMessages/send`. */
export interface RobotSendPort {
  /** @throws ApiError when DingTalk refuses, also when it names the only receiver as invalid or flow-controlled. */
  send(target: Target, message: OutboundMessage, signal?: AbortSignal): Promise<SendReceipt>;
}

/** Sends by the reply URL of an inbound message. */
export interface SessionWebhookPort {
  /** @throws ApiError with `platformCode` "300001" when the session is unknown or has expired. */
  send(url: string, message: SessionMessage, signal?: AbortSignal): Promise<SendReceipt>;
}

/** Sends one message into the conversation that is being answered, by whatever route works. */
export interface ReplyPort {
  send(message: OutboundMessage, signal?: AbortSignal): Promise<SendReceipt>;
  /** Whether the message that `send` failed to send with `error` can be sent again, under the same `idempotencyId`,
   *  without being seen twice. @defaultValue never */
  repeatable?(error: unknown): boolean;
}

/** Puts a reaction on an inbound message and takes it back. */
export interface ReactionPort {
  add(reaction: Reaction, signal?: AbortSignal): Promise<void>;
  remove(reaction: Reaction, signal?: AbortSignal): Promise<void>;
}

export interface Reaction {
  /** The inbound message. */
  readonly messageId: string;
  /** Its conversation, 1:1 or group. */
  readonly conversationId: string;
  /** Emoji and word shown under the message, such as `🤔思考中`. */
  readonly name: string;
}
