import type { ReplyOutcome } from "@dingtalk-kit/card";
import type { Logger } from "@dingtalk-kit/protocol";
import type { Turn, TurnJournal, TurnResult } from "@dingtalk-kit/turn";

import { acknowledge, opensCardAtOnce } from "./acknowledge.ts";
import { admit } from "./admission.ts";
import type { Admission, AdmissionContext } from "./admission.ts";
import { createAnswerStatus } from "./answer-status.ts";
import type { OtherTurns } from "./answer-turn.ts";
import type { Arrival } from "./arrival.ts";
import { createAsides } from "./asides.ts";
import { abortsSoon, endEarly } from "./early-end.ts";
import { messageTypeFor } from "./group-gate.ts";
import { explain } from "./explanations.ts";
import type { Reason } from "./explanations.ts";
import { failureLine } from "./failure.ts";
import { isHostBusy, whileHostStarts } from "./host-start.ts";
import type { NameBook } from "./known-names.ts";
import { noticeLongWork } from "./long-work.ts";
import { mentionSender } from "./mention-sender.ts";
import { resultOf } from "./reply-result.ts";
import { createMarkdownReply, createReplyTo } from "./reply-to.ts";
import type { Services } from "./services.ts";
import type { Spending } from "./spending.ts";
import { createTurnReply } from "./turn-reply.ts";
import type { TurnReply } from "./turn-reply.ts";
import { dispatchTurn } from "./turn.ts";
import type { TurnEnd } from "./turn.ts";

export interface AnswerContext extends AdmissionContext {
  readonly services: Services;
  readonly names: NameBook;
  readonly spending: Spending;
  readonly log: Logger;
}

/** Longer messages cost more than any model can read. DingTalk's own clients stop far below. */
const MAX_TEXT_CHARS = 100_000;
/** Why an admitted message is answered without asking the agent; `undefined` when the agent is asked. */
export function reasonNotToAsk({ message, text, stop }: Arrival): Reason | undefined {
  if (stop) return undefined;
  const { kind } = message.content;
  if (kind === "over-quota" || kind === "unsupported") return kind;
  if (text === "") return "empty";
  return text.length > MAX_TEXT_CHARS ? "too-long" : undefined;
}

/** Says `reason` in place of an answer. */
export async function sayInstead(
  arrival: Arrival,
  context: AnswerContext,
  { reason, journal }: { readonly reason: Reason; readonly journal?: TurnJournal | undefined },
): Promise<ReplyOutcome> {
  const { messageId } = arrival.message;
  context.log.warn(`message not given to the agent: ${reason}; the sender was told`, {
    messageId,
    chars: arrival.text.length,
  });
  return createMarkdownReply(arrival, context, journal).finish(explain(reason, arrival.language));
}

/** A message that was let in, and the turn that it is answered in. */
export interface AdmittedTurn {
  readonly arrival: Arrival;
  readonly admission: Admission;
  readonly turn: Turn;
}

/** Lets the agent answer an admitted message. Always ends in something that the sender sees, or goes on later; never throws. */
export async function answerMessage(
  admitted: AdmittedTurn,
  context: AnswerContext,
  others: OtherTurns,
): Promise<TurnResult> {
  const { arrival, admission, turn } = admitted;
  const { progress } = others;
  const { log } = context;
  const { language, message } = arrival;
  await using stack = new AsyncDisposableStack();
  const asides = stack.use(createAsides(arrival, turn, context));
  stack.use(acknowledge(admitted, context, asides));
  const waiting = stack.use(progress.wait(() => turn.heard()));
  const reply = createTurnReply({
    growing: createReplyTo(arrival, asides.answerFrom, turn.journal),
    plain: createMarkdownReply(arrival, asides.answerFrom, turn.journal),
    live: messageTypeFor(context.settings, arrival.peer) === "card",
    streaming: context.settings.cardStreamingMode,
    status: stack.use(createAnswerStatus(arrival, admission.agent.route.agentId, context)),
    cardFromBefore: turn.journal.earlier?.outTrackId !== undefined,
    openAtOnce: opensCardAtOnce(admitted, context.settings),
    language,
    onSign() {
      waiting[Symbol.dispose]();
      turn.heard();
      progress.sign();
    },
    onRun: (runId) => context.spending.began(runId, arrival),
  });
  stack.use(noticeLongWork(admitted, context, { reply, asides }));
  const early = stack.use(endEarly(turn, reply, language));
  try {
    const end = await dispatchWithRetries(admitted, context, reply);
    const stopped = await early.result();
    if (stopped !== undefined) return stopped;
    // The host falls silent about what was stopped: the turn that ran, and what waited behind it.
    const silenced = end === "chose-silence" && others.stoppedAfter(turn.lane, turn.appendedAtMs);
    if (silenced) return resultOf(await reply.fail(explain("stopped", language)), { kind: "stopped" });
    return await closeAfter(end, reply, admitted, context);
  } catch (error) {
    const stopped = await early.result();
    if (stopped !== undefined) return stopped;
    if (isHostBusy(error) && !reply.touched) return hostBusy;
    log.error(`dispatch: ${failureLine(error)}`, { messageId: message.messageId });
    if (!reply.touched && turn.attempt <= UNTOUCHED_RETRIES) {
      return { kind: "retry", reason: "OpenClaw did not take the message" };
    }
    return resultOf(await reply.fail(explain("dispatch-failed", language)), {
      kind: "explained",
      reason: "dispatch-failed",
    });
  }
}

/** So often a message is handed to the host again that it threw back before anything happened. */
const UNTOUCHED_RETRIES = 2;

const hostBusy: TurnResult = {
  kind: "retry",
  reason: "OpenClaw was about to restart",
  countsAsAttempt: false,
};

async function closeAfter(
  end: TurnEnd,
  reply: TurnReply,
  admitted: AdmittedTurn,
  context: AnswerContext,
): Promise<TurnResult> {
  const { language, kind } = admitted.arrival;
  if (reply.hostRestarts) return hostBusy;
  if (end === "done") {
    // A host that is about to stop may end a turn without a word: then the next process answers it.
    if (reply.isEmpty && (await abortsSoon(admitted.turn))) return { kind: "release" };
    // Blank: the reply has words of its own for a model that returned nothing.
    const outcome = await reply.close("");
    if (reply.isAnswer) await mentionSender(admitted, context, outcome);
    return resultOf(outcome, { kind: "answered" });
  }
  // In a group an agent may keep out of a conversation; a person who writes to it alone gets to know that it did.
  const quiet = end === "chose-silence" && kind === "group";
  if (end === "answered-elsewhere" || quiet) {
    await reply.closeQuietly(explain(end, language));
    return { kind: "finished", outcome: { kind: "answered", reason: end } };
  }
  const reason = end === "not-dispatched" ? "dispatch-failed" : end;
  return resultOf(await reply.close(explain(reason, language)), { kind: "explained", reason });
}

function dispatchWithRetries(
  { arrival, admission: first, turn }: AdmittedTurn,
  context: AnswerContext,
  reply: TurnReply,
): Promise<TurnEnd> {
  const { services, log } = context;
  const { signal } = turn;
  const start = { clock: services.clock, log, signal, mayRepeat: () => !reply.touched };
  let unused: Admission | undefined = first;
  return whileHostStarts(async () => {
    const admission = unused ?? (await admit(arrival, context));
    unused = undefined;
    return dispatchTurn(arrival, admission, context, { reply, signal });
  }, start);
}
