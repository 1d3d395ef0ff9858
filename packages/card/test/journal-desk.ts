import type { EarlierReply, ReplyJournal } from "@dingtalk-kit/protocol";

/** A disk for the journal of one reply. */
export interface JournalDesk {
  /** What is on it now. */
  readonly stored: EarlierReply;
  /** Each write, in words. */
  readonly writes: string[];
  /** The journal as a new process opens it. */
  open(options?: { readonly repeatUncertain?: boolean; readonly write?: Write }): ReplyJournal;
}

/** Stands before each write: calls `effect`, or not, and resolves, or not. */
type Write = (effect: () => void) => Promise<void>;

const atOnce: Write = async (effect) => effect();

export function createJournalDesk(): JournalDesk {
  let stored: EarlierReply = { outTrackId: undefined, end: undefined, messages: undefined };
  const writes: string[] = [];
  return {
    get stored() {
      return stored;
    },
    writes,
    open({ repeatUncertain = true, write = atOnce } = {}) {
      const change = (what: string, patch: Partial<EarlierReply>): Promise<void> =>
        write(() => {
          writes.push(what);
          stored = { ...stored, ...patch };
        });
      const messages = (
        sent: number,
        { uncertain, whole, from }: { uncertain: boolean; whole?: boolean; from?: number },
      ): Partial<EarlierReply> => ({
        messages: {
          whole: whole ?? stored.messages?.whole ?? true,
          from: from ?? stored.messages?.from,
          sent,
          uncertain,
        },
      });
      return {
        earlier: stored,
        repeatUncertain,
        opening: (outTrackId) => change("opening", { outTrackId }),
        ending: (text, state) => change(`ending ${state}`, { end: { text, state } }),
        sending: (index, whole, from) =>
          change(`sending ${index}`, messages(index, { uncertain: true, whole, from })),
        sent: (index) => change(`sent ${index}`, messages(index + 1, { uncertain: false })),
        unsent: (index) => change(`unsent ${index}`, messages(index, { uncertain: false })),
      };
    },
  };
}
