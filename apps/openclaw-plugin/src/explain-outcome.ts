import type { TurnOutcome } from "@dingtalk-kit/turn";

import { accessWords } from "./explain-access.ts";
import type { AccessWords } from "./explain-access.ts";
import type { Reason } from "./explanations.ts";
import { CONFIG_PATH } from "./ids.ts";

const LOG = "look for the message id in `openclaw logs`";

/** Reasons that a person was told, for the operator. */
const REASONS: Readonly<Record<Reason, AccessWords>> = {
  "over-quota": {
    why: "DingTalk withheld its content, because the robot's monthly message quota is used up",
    next: "raise the quota in DingTalk's console",
  },
  empty: { why: "there was no text in it" },
  "too-long": { why: "it was too long" },
  unsupported: { why: "this kind of message is not supported yet" },
  "dispatch-failed": { why: "OpenClaw could not process it", next: LOG },
  "joined-running-task": { why: "it joined the task that was running, and the answer came with that" },
  "answered-elsewhere": { why: "the agent answered in a message of its own" },
  "kept-private": {
    why: "OpenClaw shows only what the agent sends with the message tool, and it sent nothing",
    next: "see visibleReplies in OpenClaw's settings",
  },
  "chose-silence": { why: "the agent chose not to answer" },
  stopped: { why: "the person stopped it" },
  recalled: { why: "the person took the message back" },
  silent: {
    why: "the agent gave no sign of life for too long",
    next: `see to the model; ${CONFIG_PATH}.turnTimeoutMs says how long is too long`,
  },
  "gave-up": { why: "all attempts failed", next: LOG },
  "queue-full": {
    why: "too many messages waited",
    next: `${CONFIG_PATH}.maxQueuedPerConversation says how many may`,
  },
};

/** Reasons that no person was told. */
const OTHERS: Readonly<Record<string, AccessWords>> = {
  resumed: { why: "it was cut off, and brought to its end by the next process" },
  unreadable: { why: "what was kept of it could not be read", next: "install the version that has kept it" },
  "quota-used-up": {
    why: "this month's calls to DingTalk are used up, and the settings say to keep silent then",
    next: `see ${CONFIG_PATH}.quota: monthlyLimit and onExhausted`,
  },
  "no-sender": { why: "DingTalk did not say who wrote it" },
  "hung-stopped": { why: "the person stopped it, and the agent did not let go", next: LOG },
  "hung-recalled": { why: "the person took the message back, and the agent did not let go", next: LOG },
  "hung-silent": { why: "the agent gave no sign of life, and did not let go", next: LOG },
};

const KINDS: Readonly<Record<TurnOutcome["kind"], string>> = {
  answered: "answered by the agent",
  explained: "not answered by the agent; the person was told why",
  ignored: "not answered",
  stopped: "stopped by the person",
  recalled: "not answered, because the person took it back",
};

const isReason = (code: string): code is Reason => Object.hasOwn(REASONS, code);

/** How a turn ended, as a sentence without its full stop, and what to do about it. */
export function outcomeWords({ kind, reason }: TurnOutcome): {
  readonly summary: string;
  readonly next: string | undefined;
} {
  if (reason === undefined) return { summary: KINDS[kind], next: undefined };
  const { why, next } = isReason(reason) ? REASONS[reason] : (OTHERS[reason] ?? accessWords(reason));
  return { summary: `${KINDS[kind]}: ${why}`, next };
}
