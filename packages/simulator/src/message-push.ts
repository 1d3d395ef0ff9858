import type { RegisteredApp } from "./app.ts";
import type { ChatItem } from "./chat.ts";
import type { Core } from "./core.ts";
import type { Deliveries, Delivery } from "./delivery.ts";
import type { JsonObject } from "./json.ts";
import type { MessageLedger } from "./message-ledger.ts";

const TOPIC = "/v1.0/im/bot/messages/get";

/** Pushes a person's message as the options for redelivery say, faults included. */
export function pushMessage(
  core: Core,
  parts: { readonly deliveries: Deliveries; readonly ledger: MessageLedger },
  { app, item, wire }: { readonly app: RegisteredApp; readonly item: ChatItem; readonly wire: JsonObject },
): Promise<Delivery> {
  if (app.mode === "http") return Promise.resolve({ acked: false, reason: "http-mode", attempts: 0 });
  const { redelivery, undeliverable } = core.options;
  const subject = { clientId: app.clientId, conversationId: item.shown.conversationId };
  const isOverQuota = core.faults.strike("message.over-quota", subject) !== undefined;
  return parts.deliveries.deliver(app, {
    type: "CALLBACK",
    topic: TOPIC,
    data: JSON.stringify(isOverQuota ? withoutContent(wire) : wire),
    repeatAfterMs: Array.from({ length: redelivery.count }, () => redelivery.delayMs),
    lastWaitMs: redelivery.delayMs,
    newFrameId: redelivery.newFrameId,
    hold: undeliverable === "hold",
    redeliver: core.faults.strike("message.redeliver", subject),
    watch: parts.ledger.open(item),
    accepts: (answer) => answer.code === 200 || !redelivery.refused,
  });
}

/** How a message arrives when the monthly delivery quota is spent. */
export function withoutContent({
  msgtype: _type,
  text: _text,
  content: _content,
  ...rest
}: JsonObject): JsonObject {
  return { ...rest, errorCode: 20_001, errorMessage: "Webhook/Stream 推送额度已用完" };
}
