import { createManualClock, createRecordingLogger, type ManualClock } from "@dingtalk-kit/protocol/testing";

import { createReply, type Reply, type ReplyEvent, type ReplyOptions } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";
import { type CardDesk, createCardDesk, type DeskOptions } from "./card-desk.ts";

export interface ReplyDesk {
  readonly reply: Reply;
  readonly desk: CardDesk;
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createRecordingLogger>;
  readonly events: ReplyEvent[];
}

/** A reply on the stand-in for DingTalk. */
export function openReplyDesk(options: Partial<ReplyOptions> = {}, deskOptions: DeskOptions = {}): ReplyDesk {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const desk = createCardDesk(clock, deskOptions);
  const events: ReplyEvent[] = [];
  let ids = 0;
  const reply = createReply(
    {
      mode: "card",
      template: resolveCardTemplate(),
      target: { kind: "user", staffId: "staff-1" },
      cards: desk.cards,
      messages: desk.messages,
      onEvent: (event) => void events.push(event),
      ...options,
    },
    { clock, log, randomId: () => `id-${(ids += 1)}` },
  );
  return { reply, desk, clock, log, events };
}

/** Lets `promise` come to its end while time passes. */
export async function inTime<T>(clock: ManualClock, promise: Promise<T>, limitMs = 120_000): Promise<T> {
  const ended = new AbortController();
  const watched = promise.finally(() => ended.abort());
  for (let passedMs = 0; !ended.signal.aborted && passedMs < limitMs; passedMs += 50) await clock.advance(50);
  if (!ended.signal.aborted) throw new Error(`nothing came of it in ${limitMs} ms`);
  return watched;
}
