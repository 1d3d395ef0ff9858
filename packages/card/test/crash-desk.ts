import type { CardPort, ReplyPort } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger, type ManualClock } from "@dingtalk-kit/protocol/testing";

import { createReply, type Reply, type ReplyOptions } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";
import { type CardDesk, createCardDesk, type DeskOptions } from "./card-desk.ts";
import { createJournalDesk, type JournalDesk } from "./journal-desk.ts";
import { createMortal, type Cut } from "./mortal.ts";

export interface CrashDesk {
  readonly clock: ManualClock;
  readonly desk: CardDesk;
  readonly disk: JournalDesk;
  readonly log: ReturnType<typeof createRecordingLogger>;
  /** Starts a process with a reply to the same message. */
  readonly start: (options?: ProcessOptions) => Process;
}

export interface ProcessOptions extends Partial<ReplyOptions> {
  /** @defaultValue it lives */
  readonly cut?: Cut | undefined;
  /** @defaultValue true */
  readonly repeatUncertain?: boolean | undefined;
}

export interface Process {
  readonly reply: Reply;
  /** Whether the cut was reached. */
  readonly dead: boolean;
  /** Lets time pass until `work` is done. @returns `undefined` when the process dies before. */
  readonly run: <T>(work: Promise<T>) => Promise<T | undefined>;
}

/** One message, and the processes that answer it one after the other. */
export function openCrashDesk(deskOptions: DeskOptions = {}): CrashDesk {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const desk = createCardDesk(clock, deskOptions);
  const disk = createJournalDesk();
  let ids = 0;

  const start = ({ cut, repeatUncertain = true, ...options }: ProcessOptions = {}): Process => {
    const life = createMortal(cut);
    const { live } = life;
    const cards: CardPort = {
      createAndDeliver: (card) => live(() => desk.cards.createAndDeliver(card)),
      stream: (frame) => live(() => desk.cards.stream(frame)),
      update: (update) => live(() => desk.cards.update(update)),
    };
    const messages: ReplyPort = {
      ...desk.messages,
      send: (message) => live(() => desk.messages.send(message)),
    };
    const journal = disk.open({ repeatUncertain, write: (effect) => live(async () => effect()) });
    const reply = createReply(
      {
        mode: "card",
        template: resolveCardTemplate(),
        target: { kind: "user", staffId: "staff-1" },
        replyKey: "robot/m1",
        journal,
        ...options,
        cards,
        messages,
      },
      { clock, log, randomId: () => `id-${(ids += 1)}` },
    );
    return {
      reply,
      get dead() {
        return life.dead;
      },
      async run(work) {
        const ended = new AbortController();
        const watched = work.finally(() => ended.abort());
        for (let passedMs = 0; !ended.signal.aborted && !life.dead; passedMs += 50) {
          if (passedMs > 120_000) throw new Error("nothing came of it");
          await clock.advance(50);
        }
        return life.dead ? undefined : watched;
      },
    };
  };
  return { clock, desk, disk, log, start };
}
