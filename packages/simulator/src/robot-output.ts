import type { Answers } from "./answers.ts";
import type { RegisteredApp } from "./app.ts";
import type { CardInstance } from "./card-instance.ts";
import type { Chat, ChatItem, ShownMessage } from "./chat.ts";

/** Where everything that a robot says becomes visible, and counts as an answer once it is complete. */
export interface RobotOutput {
  message(
    app: RegisteredApp,
    message: Pick<ShownMessage, "id" | "conversationId" | "msgtype" | "title" | "text" | "mentions"> & {
      readonly route: "session-webhook" | "robot-api";
      /** The message whose session webhook this came through. */
      readonly inReplyTo: string | undefined;
    },
  ): void;
  /** Shows a card; it counts as an answer when it ends. */
  card(app: RegisteredApp, conversationId: string, carrierId: string, card: CardInstance): void;
}

export function createRobotOutput(chat: Chat, answers: Answers): RobotOutput {
  return {
    message(app, { inReplyTo, ...message }) {
      const item = chat.show(
        app,
        {
          ...message,
          kind: "message",
          from: app.robotCode,
          byRobot: true,
          outTrackId: undefined,
          state: undefined,
        },
        { inReplyTo },
      );
      answers.complete(item, {
        ...baseOf(item),
        kind: "message",
        title: message.title,
        text: message.text,
        state: "FINISHED",
        history: [],
        route: message.route,
        outTrackId: undefined,
      });
    },
    card(app, conversationId, carrierId, card) {
      const item = chat.show(
        app,
        {
          id: carrierId,
          kind: "card",
          conversationId,
          from: app.robotCode,
          byRobot: true,
          msgtype: "card",
          title: undefined,
          text: "",
          route: "card",
          outTrackId: card.outTrackId,
          state: undefined,
          mentions: [],
        },
        { live: () => ({ text: card.text(), state: card.state() }) },
      );
      card.onEnd(() =>
        answers.complete(item, {
          ...baseOf(item),
          kind: "card",
          title: undefined,
          text: card.text(),
          state: card.state(),
          history: card.history(),
          route: "card",
          outTrackId: card.outTrackId,
        }),
      );
    },
  };
}

function baseOf({ shown }: ChatItem): { id: string; conversationId: string; atMs: number } {
  return { id: shown.id, conversationId: shown.conversationId, atMs: shown.atMs };
}
