import type { CardState } from "@dingtalk-kit/protocol";

import type { RegisteredApp } from "./app.ts";
import type { Core } from "./core.ts";
import { directConversationId } from "./ids.ts";
import type { SimulatedGroup } from "./options.ts";

export interface Conversation {
  /** `cid…` */
  readonly id: string;
  readonly type: "direct" | "group";
  /** Groups only. */
  readonly title: string | undefined;
  /** The person of a 1:1 conversation. */
  readonly staffId: string | undefined;
}

/** A message or a card as a person sees it in the conversation. */
export interface ShownMessage {
  /** `msgId` of a person's message; the receipt (`processQueryKey`, `carrierId`) of a robot's. */
  readonly id: string;
  readonly kind: "message" | "card";
  readonly conversationId: string;
  /** Staff id, or the robot code. */
  readonly from: string;
  readonly byRobot: boolean;
  readonly atMs: number;
  /** `text`, `markdown`, `picture`, `actionCard`, … */
  readonly msgtype: string;
  readonly title: string | undefined;
  readonly text: string;
  readonly route: "person" | "session-webhook" | "robot-api" | "card";
  /** Cards only. */
  readonly outTrackId: string | undefined;
  /** Cards only. */
  readonly state: CardState | undefined;
  /** Staff ids (or `all`) that are mentioned so that the client highlights them. */
  readonly mentions: readonly string[];
  /** Reactions of robots on this message. */
  readonly reactions: readonly string[];
}

/** What is stored of a {@link ShownMessage}; `live` gives a card's text and state of this moment. */
export interface ChatItem {
  readonly sequence: number;
  readonly clientId: string;
  readonly shown: Omit<ShownMessage, "reactions">;
  readonly reactions: string[];
  readonly live: (() => { readonly text: string; readonly state: CardState }) | undefined;
  /** The wire object of a person's message. */
  readonly wire: unknown;
  /** The message whose session webhook this came through. */
  readonly inReplyTo: string | undefined;
}

export interface Chat {
  direct(app: RegisteredApp, staffId: string): Conversation;
  /** The group of this id; it comes into being when somebody speaks in it. */
  openGroup(group: SimulatedGroup): Conversation;
  find(conversationId: string): Conversation | undefined;
  show(
    app: RegisteredApp,
    message: Omit<ShownMessage, "reactions" | "atMs">,
    more?: Partial<Pick<ChatItem, "live" | "wire" | "inReplyTo">>,
  ): ChatItem;
  /** By message id, receipt or `outTrackId`. */
  item(id: string): ChatItem | undefined;
  list(conversationId?: string): readonly ShownMessage[];
  /** Everything, oldest first. */
  items(): readonly ChatItem[];
}

/** A long demo must not fill the memory. */
const MAX_ITEMS = 20_000;

export function createChat(core: Core): Chat {
  const conversations = new Map<string, Conversation>();
  const items: ChatItem[] = [];
  const chat: Chat = {
    direct(app, staffId) {
      const id = directConversationId(app.robotCode, staffId);
      const conversation: Conversation = { id, type: "direct", title: undefined, staffId };
      conversations.set(id, conversation);
      return conversation;
    },
    openGroup(group) {
      const known = conversations.get(group.id);
      if (known !== undefined) return known;
      const title = group.title ?? "group";
      const conversation: Conversation = { id: group.id, type: "group", title, staffId: undefined };
      conversations.set(group.id, conversation);
      return conversation;
    },
    find: (conversationId) => conversations.get(conversationId),
    show(app, message, more = {}) {
      const item: ChatItem = {
        sequence: core.nextSequence(),
        clientId: app.clientId,
        shown: { ...message, atMs: core.nowMs() },
        reactions: [],
        live: more.live,
        wire: more.wire,
        inReplyTo: more.inReplyTo,
      };
      items.push(item);
      if (items.length > MAX_ITEMS) items.shift();
      return item;
    },
    items: () => items,
    item: (id) => items.findLast(({ shown }) => shown.id === id || shown.outTrackId === id),
    list: (conversationId) =>
      items
        .filter(({ shown }) => conversationId === undefined || shown.conversationId === conversationId)
        .map(snapshot),
  };
  for (const group of core.options.groups) chat.openGroup(group);
  return chat;
}

function snapshot({ shown, reactions, live }: ChatItem): ShownMessage {
  return { ...shown, ...live?.(), reactions: [...reactions] };
}
