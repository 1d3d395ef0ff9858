import type { LineBelow, Reply, ReplyOutcome } from "@dingtalk-kit/card";

/** What the host is told of an answer that has ended. */
export interface Delivered {
  readonly visibleReplySent: boolean;
  readonly content?: string;
  readonly messageIds?: string[];
}

/** The end of a turn's reply: it comes once, and after it, or once nobody wants more, nothing is shown. */
export interface ReplyEnding {
  /** The last words are on their way, or out. */
  readonly begun: boolean;
  /** Nothing more is to be shown. */
  readonly cut: boolean;
  /** Resolves with the end. */
  readonly finalization: Promise<Delivered>;
  finish(reply: Reply, text: string, below?: LineBelow): Promise<ReplyOutcome>;
  /** Cuts the reply, and ends it as failed. */
  fail(reply: Reply, reason: string): Promise<ReplyOutcome>;
  /** Cuts the reply, and leaves what is shown as it is. @returns the outcome of an end that was under way */
  leave(): Promise<ReplyOutcome | undefined>;
}

export function createReplyEnding(): ReplyEnding {
  const { promise: finalization, resolve } = Promise.withResolvers<Delivered>();
  let cut = false;
  let ending: Promise<ReplyOutcome> | undefined;
  const end = async (start: () => Promise<ReplyOutcome>, text: string): Promise<ReplyOutcome> => {
    ending ??= start();
    const outcome = await ending;
    resolve(delivered(outcome, text));
    return outcome;
  };
  return {
    get begun() {
      return ending !== undefined;
    },
    get cut() {
      return cut;
    },
    finalization,
    finish: (reply, text, below) => end(() => reply.finish(text, below), text),
    fail(reply, reason) {
      cut = true;
      return end(() => reply.fail(reason), reason);
    },
    async leave() {
      cut = true;
      return ending;
    },
  };
}

function delivered(outcome: ReplyOutcome, content: string): Delivered {
  const { route, outTrackId, receipts, error } = outcome;
  const keys = receipts.map(({ processQueryKey }) => processQueryKey);
  const messageIds = [route === "card" ? outTrackId : undefined, ...keys].filter((id) => id !== undefined);
  const visibleReplySent = error === undefined || receipts.length > 0;
  return { visibleReplySent, content, ...(messageIds.length > 0 && { messageIds }) };
}
