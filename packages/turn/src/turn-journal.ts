import type {
  EarlierReply,
  MessageKey,
  Ports,
  ReplyEnd,
  ReplyJournal,
  SendReceipt,
  StatePort,
} from "@dingtalk-kit/protocol";

import { loadRecord, MAX_STEPS, storeRecord } from "./turn-record.ts";
import type { TurnOutcome, TurnRecord, TurnStep } from "./turn-record.ts";

/** What one turn remembers on disk: how far its reply has got, and what happened to the message. */
export interface TurnJournal extends ReplyJournal {
  /** Names the reply of this message for good: what is derived from it is the same in the next process. */
  readonly replyKey: string;
  /** Adds to what `explain` shows. Reaches the disk with the next write. */
  note(step: string, detail?: string): void;
  /** The latest note of that step, an earlier process's too, as far as it has reached the disk. */
  noted(step: string): TurnStep | undefined;
  /** The reply sent a message again that may have arrived before. */
  repeated(): void;
  /** Writes what was noted. Resolves when it is on disk. */
  save(): Promise<void>;
  /** The last write: drops the text. Resolves when it is on disk. */
  close(outcome: TurnOutcome | undefined): Promise<void>;
}

export interface TurnJournalContext {
  readonly state: StatePort;
  readonly key: MessageKey;
  readonly lane: string;
  readonly keepMs: number;
  readonly repeatUncertain: boolean;
  readonly ports: Ports;
}

/** Reads what is there of `key`. @throws what the state throws. */
export async function openTurnJournal(context: TurnJournalContext): Promise<TurnJournal> {
  const { state, key, lane, keepMs, repeatUncertain, ports } = context;
  const { clock } = ports;
  const stored = await loadRecord(state, key);
  let record: TurnRecord = stored?.record ?? emptyRecord(lane);
  let version = stored?.version;
  let last: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const written = await storeRecord(state, key, {
      record,
      expectedVersion: version,
      expiresAtMs: clock.nowMs() + keepMs,
    });
    // Only the owner of the claim writes here; an erased record comes back without what was erased.
    version = written ?? (await loadRecord(state, key))?.version;
    if (written === undefined) throw new Error("the turn's record was changed by somebody else");
  };
  const change = (patch: Partial<TurnRecord>): Promise<void> => {
    record = { ...record, ...patch };
    const next = last.then(write, write);
    last = next.catch(() => undefined);
    return next;
  };
  const note = (step: string, detail?: string): void => {
    const steps = [...record.steps, { atMs: clock.nowMs(), step, detail }].slice(-MAX_STEPS);
    record = { ...record, steps };
  };

  return {
    earlier: stored && earlierOf(stored.record),
    replyKey: `${key.robotCode}/${key.messageId}`,
    repeatUncertain,
    note,
    noted: (name) => record.steps.findLast(({ step }) => step === name),
    repeated() {
      record = { ...record, repeats: record.repeats + 1 };
    },
    opening(outTrackId) {
      note("card", outTrackId);
      return change({ outTrackId });
    },
    ending(text: string, end: ReplyEnd) {
      note("ending", `${end}, ${text.length} characters`);
      return change({ end: { text, state: end } });
    },
    sending: (index, whole, from) => change({ messages: { whole, from, sent: index, uncertain: true } }),
    sent(index, receipt: SendReceipt) {
      note("sent", receipt.processQueryKey ?? receipt.route);
      const { whole = true, from } = record.messages ?? {};
      const { processQueryKey } = receipt;
      const receipts =
        processQueryKey === undefined ? record.receipts : [...record.receipts, processQueryKey];
      return change({ receipts, messages: { whole, from, sent: index + 1, uncertain: false } });
    },
    unsent(index) {
      const { whole = true, from } = record.messages ?? {};
      return change({ messages: { whole, from, sent: index, uncertain: false } });
    },
    save: () => change({}),
    close(outcome) {
      if (outcome !== undefined) note(outcome.kind, outcome.reason);
      return change({ end: undefined, outcome });
    },
  };
}

function emptyRecord(lane: string): TurnRecord {
  return {
    lane,
    steps: [],
    outTrackId: undefined,
    end: undefined,
    messages: undefined,
    receipts: [],
    repeats: 0,
    outcome: undefined,
  };
}

function earlierOf({ outTrackId, end, messages }: TurnRecord): EarlierReply | undefined {
  if (outTrackId === undefined && end === undefined && messages === undefined) return undefined;
  return { outTrackId, end, messages };
}
