import type { EarlierMessages, EarlierReply, Logger, ReplyJournal } from "@dingtalk-kit/protocol";

import { failureFields } from "./failure.ts";

/** What a reply knows of its earlier runs, and writes down for later ones. Nothing here rejects. */
export interface ReplyMemory extends Required<
  Pick<ReplyJournal, "opening" | "ending" | "sent" | "unsent" | "repeatUncertain">
> {
  /** The card of an earlier run. It may not have reached DingTalk. */
  readonly outTrackId: string | undefined;
  /** The last words that an earlier run had decided on. */
  readonly end: EarlierReply["end"];
  /** Messages of those last words. */
  readonly messages: EarlierMessages | undefined;
  /** `from` is how much of the text the card has taken. */
  sending(index: number, from: number): Promise<void>;
}

/** Without a `journal` nothing is remembered. */
export function createReplyMemory(journal: ReplyJournal | undefined, log: Logger): ReplyMemory {
  const { outTrackId, end, messages } = journal?.earlier ?? {};
  let told = false;

  const keep = async (written: () => Promise<void> | undefined): Promise<void> => {
    try {
      await written();
    } catch (error) {
      if (told) return;
      told = true;
      const next = "see to the disk: after a crash this answer may be seen twice";
      log.warn("the reply could not be written to its journal", { ...failureFields(error), next });
    }
  };

  return {
    outTrackId,
    end,
    // Of other words, they say nothing about these.
    messages: end === undefined ? undefined : messages,
    repeatUncertain: journal?.repeatUncertain ?? true,
    opening: (id) => keep(() => journal?.opening(id)),
    ending: (text, state) => keep(() => journal?.ending(text, state)),
    sending: (index, from) => keep(() => journal?.sending(index, from === 0, from)),
    sent: (index, receipt) => keep(() => journal?.sent(index, receipt)),
    unsent: (index) => keep(() => journal?.unsent?.(index)),
  };
}
