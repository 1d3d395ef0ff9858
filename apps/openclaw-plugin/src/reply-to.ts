import { createReply, resolveCardTemplate } from "@dingtalk-kit/card";
import type { Reply, ReplyEvent } from "@dingtalk-kit/card";
import type { MessageType } from "@dingtalk-kit/config";
import type { Logger, ReplyPort } from "@dingtalk-kit/protocol";
import { createReplyPort, replyTarget } from "@dingtalk-kit/turn";
import type { TurnJournal } from "@dingtalk-kit/turn";

import type { AnswerContext } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import { failureLine } from "./failure.ts";
import { messageTypeFor } from "./group-gate.ts";

/** What a reply needs of its turn's surroundings. */
export type ReplyContext = Pick<AnswerContext, "services" | "settings" | "log">;

/** Sends plain messages into the conversation of `arrival`, by whatever route works. */
export function createMessagesTo({ message }: Arrival, { services, log }: ReplyContext): ReplyPort {
  const { webhook, api } = services;
  const routes = {
    sessionWebhook: message.sessionWebhook,
    webhook,
    robot: api.robot,
    target: replyTarget(message),
  };
  return createReplyPort(routes, { log });
}

/** The answer to `arrival`, shown as the settings say of its conversation. */
export function createReplyTo(
  arrival: Arrival,
  context: ReplyContext,
  journal?: TurnJournal,
  messageType: MessageType = messageTypeFor(context.settings, arrival.peer),
): Reply {
  const { services, settings, log } = context;
  const target = replyTarget(arrival.message);
  return createReply(
    {
      // A card needs somebody to be delivered to; people outside the corp can only be answered by the reply URL.
      mode: target === undefined ? "markdown" : messageType,
      template: resolveCardTemplate(settings),
      target,
      cards: services.api.cards,
      messages: createMessagesTo(arrival, context),
      intervalMs: settings.cardStreamInterval,
      streaming: settings.cardStreamingMode,
      tables: settings.tableMode,
      language: arrival.language,
      journal,
      replyKey: journal?.replyKey ?? arrival.message.messageId,
      onEvent: (event) => logEvent(event, log),
    },
    { log, clock: services.clock },
  );
}

/** An explanation to `arrival`: a card would be wasted on it. */
export function createMarkdownReply(arrival: Arrival, context: ReplyContext, journal?: TurnJournal): Reply {
  return createReplyTo(arrival, context, journal, "markdown");
}

function logEvent(event: ReplyEvent, log: Logger): void {
  if (event.kind !== "closed") return;
  const { error, route, state, calls, repeated, uncertain } = event.outcome;
  if (error !== undefined) log.error(`the answer did not arrive: ${failureLine(error)}`);
  if (repeated + uncertain > 0)
    log.warn("after a crash it is not known whether a message had arrived", { repeated, uncertain });
  log.debug("answered", { route, state, calls });
}
