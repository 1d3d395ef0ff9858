import type { Inbound } from "@dingtalk-kit/protocol";
import { createConversationLanes, createDuplicateFilter } from "@dingtalk-kit/turn";

import { admit, challenge } from "./admission.ts";
import type { Admission } from "./admission.ts";
import { answerMessage, reasonNotToAsk, sayInstead } from "./answer.ts";
import type { AnswerContext } from "./answer.ts";
import { describeArrival } from "./arrival.ts";
import type { Arrival } from "./arrival.ts";
import { logDenied } from "./denied.ts";
import { explain } from "./explanations.ts";
import { failureLine } from "./failure.ts";
import { whileHostStarts } from "./host-start.ts";
import { createMessagesTo } from "./reply-to.ts";
import type { TurnReply } from "./turn-reply.ts";

/** All conversations of one account: one message after the other in each, different ones side by side. */
export interface Conversations extends AsyncDisposable {
  /**
   * Takes one delivery. It is acknowledged as soon as it stands in its conversation's lane. The lane is memory: a crash
   * after that loses the message, until lanes are kept on disk.
   */
  receive(inbound: Inbound): void;
}

/** Inert until it receives something. Disposing ends what runs. */
export function createConversations(context: AnswerContext): Conversations {
  const { log } = context;
  const lanes = createConversationLanes();
  const duplicates = createDuplicateFilter();
  /** The turn that runs in each conversation, for /stop. */
  const running = new Map<string, TurnReply>();
  const background = new Set<Promise<unknown>>();

  const detach = (what: string, work: Promise<unknown>): void => {
    const watched = work
      .catch((error: unknown) => log.error(`${what}: ${failureLine(error)}`))
      .finally(() => background.delete(watched));
    background.add(watched);
  };

  const answer = async (arrival: Arrival, signal: AbortSignal): Promise<void> => {
    const admission = await letIn(arrival, context, signal);
    if (admission === undefined) return;
    const instead = reasonNotToAsk(arrival);
    if (instead !== undefined) return sayInstead(arrival, context, instead);
    const { id } = arrival.message.conversation;
    const onReply = (reply: TurnReply): void => void running.set(id, reply);
    await answerMessage(arrival, admission, context, { signal, onReply });
    running.delete(id);
  };

  /** Goes past the lane: what it shall stop stands at the head of it. */
  const stop = async (arrival: Arrival, signal: AbortSignal): Promise<void> => {
    const admission = await letIn(arrival, context, signal);
    if (admission === undefined) return;
    const { id } = arrival.message.conversation;
    if (admission.ingress.commandAccess.authorized) {
      await running.get(id)?.fail(explain("stopped", arrival.language));
    }
    await answerMessage(arrival, admission, context, { signal, onReply: () => undefined });
  };

  const closing = new AbortController();
  return {
    receive(inbound) {
      if (inbound.body.kind !== "robot-message") return inbound.ack();
      const { message } = inbound.body;
      const { messageId, robotCode, conversation } = message;
      const arrival = describeArrival(message);
      if (arrival === undefined) log.warn("a message without a sender was ignored", { messageId });
      else if (!duplicates.firstSeen(robotCode, messageId))
        log.debug("a redelivery was ignored", { messageId });
      else if (arrival.stop) detach("stop", stop(arrival, closing.signal));
      else
        detach(
          "turn",
          lanes.run(conversation.id, (signal) => answer(arrival, signal)),
        );
      return inbound.ack();
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await lanes[Symbol.asyncDispose]();
      await Promise.all(background);
    },
  };
}

/** @returns undefined when the message goes no further; what there is to say has been said then. */
async function letIn(
  arrival: Arrival,
  context: AnswerContext,
  signal: AbortSignal,
): Promise<Admission | undefined> {
  const { log, services } = context;
  try {
    const admission = await whileHostStarts(() => admit(arrival, context), {
      clock: services.clock,
      log,
      signal,
    });
    const { ingress } = admission.ingress;
    if (ingress.admission === "dispatch") return admission;
    if (ingress.admission !== "pairing-required") logDenied(arrival, ingress, context, log);
    else {
      await challenge(arrival, context, async (text) => {
        await createMessagesTo(arrival, context).send({ kind: "text", text });
      });
    }
  } catch (error) {
    log.error(`access check: ${failureLine(error)}`, { messageId: arrival.message.messageId });
    await sayInstead(arrival, context, signal.aborted ? "interrupted" : "dispatch-failed");
  }
  return undefined;
}
