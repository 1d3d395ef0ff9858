import type { CardState } from "@dingtalk-kit/protocol";

import type { Chat, ChatItem } from "./chat.ts";
import type { Core } from "./core.ts";
import type { Delivery, PushWatch } from "./delivery.ts";

/** Everything that became of one message to a robot. */
export interface LedgerEntry {
  readonly messageId: string;
  readonly conversationId: string;
  readonly clientId: string;
  /** Staff id of the speaker. */
  readonly from: string;
  readonly text: string;
  readonly saidAtMs: number;
  /** Every push, repeats included. `copies` is how often it left: 0 when it got lost on the way. */
  readonly deliveries: ReadonlyArray<{
    readonly atMs: number;
    readonly connectionId: string;
    readonly frameId: string;
    readonly copies: number;
  }>;
  /** Responses that arrived. */
  readonly acks: ReadonlyArray<{ readonly atMs: number; readonly frameId: string; readonly code: number }>;
  /** How the delivery ended, once it has. */
  readonly delivered: Delivery | undefined;
  readonly answers: readonly LedgerAnswer[];
  /**
   * `lost`: it never reached a socket. `unanswered`. `answering`: a card that has not ended. `answered-once`.
   * `answered-again`: more than one message or card.
   */
  readonly outcome: "lost" | "unanswered" | "answering" | "answered-once" | "answered-again";
}

/** A message or card of the robot, as people see it now. */
export interface LedgerAnswer {
  readonly id: string;
  readonly kind: "message" | "card";
  readonly route: ChatItem["shown"]["route"];
  readonly atMs: number;
  readonly text: string;
  /** A plain message is always FINISHED. */
  readonly state: CardState;
}

/** Whether `answer` is one to `message`. Without it, see {@link MessageLedger.list}. */
export type AnswerMatch = (answer: LedgerAnswer, message: Pick<LedgerEntry, "messageId" | "text">) => boolean;

/** Tells for every message what became of it. */
export interface MessageLedger {
  /** Notes a message, and gives what to watch its delivery with. */
  open(item: ChatItem): PushWatch;
  /**
   * Oldest first. What came through a message's session webhook answers that message. Anything else answers the oldest
   * message of its conversation that reached a socket before and has no answer yet, or else the latest one.
   */
  list(match?: AnswerMatch): readonly LedgerEntry[];
}

interface Page {
  readonly item: ChatItem;
  readonly deliveries: Array<{ atMs: number; connectionId: string; frameId: string; copies: number }>;
  readonly acks: Array<{ atMs: number; frameId: string; code: number }>;
  delivered: Delivery | undefined;
}

/** A long demo must not fill the memory. */
const MAX_PAGES = 20_000;

export function createMessageLedger(core: Core, chat: Pick<Chat, "items">): MessageLedger {
  const pages: Page[] = [];
  return {
    open(item) {
      const page: Page = { item, deliveries: [], acks: [], delivered: undefined };
      pages.push(page);
      if (pages.length > MAX_PAGES) pages.shift();
      return {
        pushed(connectionId, frameId) {
          const delivery = { atMs: core.nowMs(), connectionId, frameId, copies: 0 };
          page.deliveries.push(delivery);
          return () => (delivery.copies += 1);
        },
        acked: (frameId, { code }) => void page.acks.push({ atMs: core.nowMs(), frameId, code }),
        settled: (delivery) => (page.delivered = delivery),
      };
    },
    list(match) {
      const answers =
        match === undefined ? byOrder(pages, chat.items()) : byMatch(pages, chat.items(), match);
      return pages.map((page) => entryOf(page, (answers.get(page) ?? []).map(answerOf)));
    },
  };
}

const isOut = (page: Page): boolean => page.deliveries.some(({ copies }) => copies > 0);

function byOrder(pages: readonly Page[], items: readonly ChatItem[]): ReadonlyMap<Page, readonly ChatItem[]> {
  const answers = new Map<Page, ChatItem[]>();
  const byConversation = Map.groupBy(pages, ({ item }) => keyOf(item));
  for (const item of items) {
    if (!item.shown.byRobot) continue;
    const earlier = (byConversation.get(keyOf(item)) ?? []).filter(
      (page) => page.item.sequence < item.sequence && isOut(page),
    );
    const page =
      earlier.find(({ item: said }) => said.shown.id === item.inReplyTo) ??
      earlier.find((candidate) => !answers.has(candidate)) ??
      earlier.at(-1);
    if (page === undefined) continue;
    const own = answers.get(page);
    if (own === undefined) answers.set(page, [item]);
    else own.push(item);
  }
  return answers;
}

function byMatch(
  pages: readonly Page[],
  items: readonly ChatItem[],
  match: AnswerMatch,
): ReadonlyMap<Page, readonly ChatItem[]> {
  const ofRobots = Map.groupBy(
    items.filter(({ shown }) => shown.byRobot),
    keyOf,
  );
  return new Map(
    pages.map((page) => {
      const message = { messageId: page.item.shown.id, text: page.item.shown.text };
      const candidates = ofRobots.get(keyOf(page.item)) ?? [];
      return [
        page,
        candidates.filter((item) => item.sequence > page.item.sequence && match(answerOf(item), message)),
      ];
    }),
  );
}

const keyOf = ({ clientId, shown }: ChatItem): string => `${clientId} ${shown.conversationId}`;

function answerOf({ shown, live }: ChatItem): LedgerAnswer {
  const { id, kind, route, atMs, text } = shown;
  return { id, kind, route, atMs, text, state: "FINISHED", ...live?.() };
}

function entryOf(page: Page, answers: readonly LedgerAnswer[]): LedgerEntry {
  const { id, conversationId, from, text, atMs } = page.item.shown;
  return {
    messageId: id,
    conversationId,
    clientId: page.item.clientId,
    from,
    text,
    saidAtMs: atMs,
    deliveries: page.deliveries.map((delivery) => ({ ...delivery })),
    acks: [...page.acks],
    delivered: page.delivered,
    answers,
    outcome: outcomeOf(page, answers),
  };
}

function outcomeOf(page: Page, answers: readonly LedgerAnswer[]): LedgerEntry["outcome"] {
  const [first, second] = answers;
  if (first === undefined) return isOut(page) ? "unanswered" : "lost";
  if (second !== undefined) return "answered-again";
  return first.state === "FINISHED" || first.state === "FAILED" ? "answered-once" : "answering";
}
