import type { CardAction } from "./card-action.ts";
import type { DingTalkEvent } from "./event.ts";
import type { RobotMessage } from "./robot-message.ts";

/**
 * One delivery from DingTalk. Both transports yield this, so nothing downstream can tell them apart.
 *
 * Call {@link Inbound.ack} once the message is safe: DingTalk redelivers what is not acknowledged
 * (about 60 s later, with the same message id; observed, not documented).
 */
export interface Inbound {
  readonly body: InboundBody;
  readonly transport: "stream" | "http";
  /** Id of this delivery (`headers.messageId`); may differ between redeliveries. */
  readonly frameId: string;
  readonly receivedAtMs: number;
  /**
   * Tells DingTalk that the delivery arrived. Idempotent. Never throws: a socket that is gone means a redelivery.
   * `response` is the answer to a card action; robot messages ignore it.
   */
  ack(response?: unknown): void;
  /** Tells DingTalk that the delivery could not be kept; it may come again. Idempotent, after `ack` without effect. */
  reject(reason: string): void;
}

export type InboundBody =
  | { readonly kind: "robot-message"; readonly message: RobotMessage }
  | { readonly kind: "card-action"; readonly action: CardAction }
  | { readonly kind: "event"; readonly event: DingTalkEvent }
  | { readonly kind: "unsupported"; readonly topic: string; readonly data: unknown };
