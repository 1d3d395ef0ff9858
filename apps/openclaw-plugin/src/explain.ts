import type { InboxEntry } from "@dingtalk-kit/store";
import type { TurnRecord, TurnStep } from "@dingtalk-kit/turn";

import { accessWords } from "./explain-access.ts";
import { outcomeWords } from "./explain-outcome.ts";

/** All that is known of a message. */
export interface MessageFacts {
  readonly entry: InboxEntry;
  /** `undefined`: nothing has been written down yet, or it was erased or outlived. */
  readonly record: TurnRecord | undefined;
  /** Whether the account runs, so that what waits is worked off. */
  readonly running: boolean;
  /** Messages of the conversation that come before this one, the next one first. */
  readonly ahead: readonly string[];
}

export interface AccessDecision {
  /** The host's word, such as `dispatch` or `drop`, or one of our own rules: `deny`. */
  readonly decision: string;
  readonly letIn: boolean;
  /** The host's reason code, or that of `@dingtalk-kit/policy`. */
  readonly reason: string;
  readonly words: string;
}

/** What happened to a message, and what will. Holds no message text. */
export interface Explanation {
  /** How it ended, or where it waits and why: a sentence without its full stop. */
  readonly summary: string;
  readonly access: AccessDecision | undefined;
  readonly steps: readonly (TurnStep & { readonly words: string })[];
  readonly next: string;
}

/** Tells what became of a message. */
export function explainMessage(facts: MessageFacts): Explanation {
  const { entry, record } = facts;
  const arrived: TurnStep = { atMs: entry.appendedAtMs, step: "arrived", detail: undefined };
  const { summary, next } = whereItIs(facts);
  return {
    summary,
    access: accessOf(record),
    steps: [arrived, ...(record?.steps ?? [])].map((step) => ({ ...step, words: wordsOf(step) })),
    next: next ?? "nothing to do",
  };
}

interface Where {
  readonly summary: string;
  readonly next: string | undefined;
}

const START =
  "start the gateway (`openclaw gateway run`); `openclaw channels status` tells how the account is";
const again = ({ messageId }: InboxEntry): string => `\`openclaw dingtalk inbox retry ${messageId}\``;

function whereItIs(facts: MessageFacts): Where {
  const { entry, record } = facts;
  const { state, attempts, reason } = entry;
  if (state === "waiting") return whyItWaits(facts);
  if (state === "running") return whereItRuns(facts);
  if (state === "dead") {
    const why = `given up after ${count(attempts, "attempt")}: ${reason ?? "no reason was kept"}`;
    return { summary: why, next: `mend that, then ${again(entry)}` };
  }
  if (state === "dropped") {
    const why = `dropped: ${reason ?? "no reason was kept"}`;
    return { summary: why, next: `${again(entry)} brings it back, if its text is still there` };
  }
  if (record?.outcome !== undefined) return outcomeWords(record.outcome);
  return { summary: "done; how it ended is no longer known", next: undefined };
}

function whyItWaits({ entry, running, ahead }: MessageFacts): Where {
  const failed = entry.reason === undefined ? "" : `; attempt ${entry.attempts} failed: ${entry.reason}`;
  if (!running) return { summary: `waits, because its account does not run${failed}`, next: START };
  const [first] = ahead;
  if (first !== undefined) {
    const summary = `waits behind ${count(ahead.length, "earlier message")} of its conversation${failed}`;
    return {
      summary,
      next: `nothing to do, unless it takes long: then \`openclaw dingtalk explain ${first}\``,
    };
  }
  if (failed === "") return { summary: "waits for a free turn", next: undefined };
  return {
    summary: `waits for its next attempt${failed}`,
    next: `nothing to do, it is tried again by itself; ${again(entry)} tries it at once`,
  };
}

function whereItRuns({ entry, running, record }: MessageFacts): Where {
  const attempt = `attempt ${entry.attempts}`;
  if (!running) {
    const summary = `was being answered (${attempt}) when the gateway ended; goes on with the next start`;
    return { summary, next: START };
  }
  const card = record?.outTrackId === undefined ? "" : `, in card ${record.outTrackId}`;
  return {
    summary: `is being answered (${attempt})${card}`,
    next: "nothing to do; /stop in the chat ends it",
  };
}

const ADMISSIONS: Readonly<Record<string, string>> = {
  dispatch: "let in",
  observe: "only noted",
  skip: "not let in",
  drop: "not let in",
  deny: "not let in",
  "pairing-required": "not let in yet",
};

/** Of several attempts the last decision holds. */
function accessOf(record: TurnRecord | undefined): AccessDecision | undefined {
  const decided = record?.steps.findLast(({ step }) => Object.hasOwn(ADMISSIONS, step));
  if (decided === undefined) return undefined;
  const { step, detail = "" } = decided;
  return { decision: step, letIn: step === "dispatch", reason: detail, words: wordsOf(decided) };
}

/** By the word of a {@link TurnStep}. A word that is not here speaks for itself. */
const STEPS: Readonly<Record<string, string>> = {
  arrived: "kept on disk, then acknowledged to DingTalk",
  claimed: "its turn began",
  stop: "a stop command",
  ack: "people are told that it was taken",
  reaction: "a reaction stands under it while it is worked on",
  notice: "people are told that it takes longer",
  mention: "the sender was told that the card is done",
  resumed: "an earlier process had decided on the last words; they are shown to their end",
  card: "the card was opened",
  ending: "the last words were decided on",
  sent: "a message was sent",
  retry: "failed, and is tried again",
  released: "the account stopped first; its next start goes on",
  retried: "given another life by hand",
  dropped: "called off by hand",
};

const OUTCOMES = ["answered", "explained", "ignored", "stopped", "recalled"] as const;

function wordsOf({ step, detail }: TurnStep): string {
  const admission = ADMISSIONS[step];
  if (admission !== undefined) return `${admission}: ${accessWords(detail ?? "").why}`;
  const kind = OUTCOMES.find((known) => known === step);
  if (kind !== undefined) return outcomeWords({ kind, reason: detail }).summary;
  const words = STEPS[step] ?? step;
  return detail === undefined ? words : `${words}: ${detail}`;
}

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}
