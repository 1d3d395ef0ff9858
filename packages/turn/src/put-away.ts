import type { ClaimedMessage, LaneStore, MessageKey, Ports } from "@dingtalk-kit/protocol";

import type { TurnResult } from "./turn.ts";
import type { TurnJournal } from "./turn-journal.ts";
import type { TurnOutcome } from "./turn-record.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

type RetryResult = Extract<TurnResult, { kind: "retry" }>;

/** Where a message goes when its run is over. Each is repeated until the disk takes it: a lane must not stand still. */
export interface PutAway {
  finish(outcome: TurnOutcome): Promise<void>;
  release(): Promise<void>;
  /** @returns whether it will be tried again; if not, it is still ours. */
  retry(how: RetryResult): Promise<boolean>;
  setAside(reason: string, outcome: TurnOutcome): Promise<void>;
}

export function createPutAway(
  claimed: ClaimedMessage,
  context: {
    readonly lanes: LaneStore;
    readonly journal: TurnJournal;
    readonly ports: Ports;
    /** Aborts when nobody can wait for the disk any longer: the next process then has the message again. */
    readonly giveUp: AbortSignal;
    readonly onDeadLetter: (key: MessageKey, reason: string) => void;
  },
): PutAway {
  const { lanes, journal, ports, giveUp, onDeadLetter } = context;
  const { clock, log } = ports;

  const untilStored = async <T>(store: () => Promise<T>): Promise<T> => {
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      try {
        return await store();
      } catch (error) {
        if (giveUp.aborted) throw error;
        log.warn("the end of a turn could not be stored; trying again", { delayMs, error });
        await clock.sleep(delayMs, giveUp).catch(() => undefined);
      }
    }
  };

  return {
    // Called in one go, the record and the end share a commit, and the record is there first.
    finish: (outcome) =>
      untilStored(async () => void (await Promise.all([journal.close(outcome), lanes.finish(claimed)]))),
    release() {
      journal.note("released");
      return untilStored(async () => void (await Promise.all([journal.save(), lanes.release(claimed)])));
    },
    retry({ reason, countsAsAttempt, delayMs }) {
      journal.note("retry", reason);
      const options = {
        reason,
        ...(countsAsAttempt !== undefined && { countsAsAttempt }),
        ...(delayMs !== undefined && { delayMs }),
      };
      return untilStored(async () => {
        const [, done] = await Promise.all([journal.save(), lanes.retry(claimed, options)]);
        return done.kind !== "exhausted";
      });
    },
    async setAside(reason, outcome) {
      const { robotCode, messageId } = claimed;
      const [, held] = await untilStored(() =>
        Promise.all([journal.close(outcome), lanes.deadLetter(claimed, reason)]),
      );
      if (held) onDeadLetter({ robotCode, messageId }, reason);
    },
  };
}
