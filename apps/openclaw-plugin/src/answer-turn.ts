import type { Turn, TurnOutcome, TurnResult } from "@dingtalk-kit/turn";

import type { AgentProgress } from "./agent-progress.ts";
import { answerMessage, reasonNotToAsk, sayInstead } from "./answer.ts";
import type { AnswerContext } from "./answer.ts";
import { describeArrival } from "./arrival.ts";
import type { Reason } from "./explanations.ts";
import { hostMessageId } from "./host-message-id.ts";
import { letIn } from "./let-in.ts";
import { resumeReply } from "./resume-reply.ts";
import { withdrawReply } from "./withdraw-reply.ts";

/** What one turn needs of the others. */
export interface OtherTurns {
  readonly progress: AgentProgress;
  /** Stops the turn that runs in a conversation's lane. @returns whether there was one */
  stop(lane: string): boolean;
  /** Whether a lane was stopped after a message had come into it, as far as this process knows. */
  stoppedAfter(lane: string, appendedAtMs: number): boolean;
}

/** Takes one kept message to what the person sees. Ends in an answer, an explanation, or a reason to try again. */
export async function answerTurn(
  turn: Turn,
  context: AnswerContext,
  others: OtherTurns,
): Promise<TurnResult> {
  const arrival = describeArrival(turn.message, hostMessageId(turn));
  if (arrival === undefined) return finished({ kind: "ignored", reason: "no-sender" });
  if (turn.stopReason === "recalled") return withdrawReply(arrival, turn, context);
  if (turn.journal.earlier?.end !== undefined) return resumeReply(arrival, turn, context);
  const say = async (reason: Reason): Promise<TurnResult> => {
    await sayInstead(arrival, context, { reason, journal: turn.journal });
    return finished({ kind: "explained", reason });
  };
  if (turn.exhausted) return say("gave-up");
  const access = await letIn(arrival, turn, context);
  if (access.kind === "failed") return access.retry ?? say("dispatch-failed");
  if (access.kind === "kept-out") return finished(access.outcome);
  const { admission } = access;
  const instead = reasonNotToAsk(arrival);
  if (instead !== undefined) return say(instead);
  if (arrival.stop && admission.mayCommand) {
    const conversation = turn.lane.slice(0, turn.lane.lastIndexOf("|"));
    turn.journal.note("stop", others.stop(conversation) ? "a turn was running" : "nothing was running");
  }
  return answerMessage({ arrival, admission, turn }, context, others);
}

const finished = (outcome: TurnOutcome): TurnResult => ({ kind: "finished", outcome });
