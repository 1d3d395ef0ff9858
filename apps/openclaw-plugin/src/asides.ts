import type { Logger } from "@dingtalk-kit/protocol";
import type { Turn } from "@dingtalk-kit/turn";

import type { Arrival } from "./arrival.ts";
import { failureLine } from "./failure.ts";
import { createMessagesTo } from "./reply-to.ts";
import type { ReplyContext } from "./reply-to.ts";

/**
 * Messages of ours beside an answer. They hold nobody up but the answer itself, which waits until they have arrived or
 * failed: none is seen after it.
 */
export interface Asides extends AsyncDisposable {
  /** Says `text` in the background, once for a message however often its turn is tried. Does not throw. */
  say(step: AsideStep, text: string): void;
  /** Where the answer is to be sent from: its card is delivered, and its messages leave, after all that was said. */
  readonly answerFrom: ReplyContext;
}

/** As the turn's record names it. */
export type AsideStep = "ack" | "notice";

export function createAsides(arrival: Arrival, turn: Turn, context: ReplyContext): Asides {
  const { journal, signal } = turn;
  const { log } = context;
  const messages = createMessagesTo(arrival, context);
  let said: Promise<void> = Promise.resolve();

  const send = async (step: AsideStep, text: string): Promise<void> => {
    try {
      // Before it is sent: after a crash it is rather left out than said twice.
      await journal.save();
      signal.throwIfAborted();
      await messages.send({ kind: "text", text, idempotencyId: `${journal.replyKey}/${step}` }, signal);
    } catch (error) {
      journal.note(step, "not sent");
      logUnsaid(step, error, { signal, log });
    }
  };
  return {
    say(step, text) {
      if (signal.aborted || journal.noted(step) !== undefined) return;
      journal.note(step, "message");
      said = said.then(() => send(step, text));
    },
    answerFrom: heldBack(context, () => said),
    async [Symbol.asyncDispose]() {
      await said;
    },
  };
}

/** One line for a message beside the answer that did not go out; of a turn that was told to end, none that matters. */
export function logUnsaid(
  what: string,
  error: unknown,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): void {
  const line = `beside the answer: ${what}: ${failureLine(error)}`;
  if (signal.aborted) log.debug(line);
  else log.warn(line);
}

/** `context`, but what begins to show waits for `ready`. Cards that are there already go on. */
function heldBack(context: ReplyContext, ready: () => Promise<void>): ReplyContext {
  const { services } = context;
  const { webhook, api } = services;
  const { robot, cards } = api;
  return {
    ...context,
    services: {
      ...services,
      webhook: {
        async send(...message) {
          await ready();
          return webhook.send(...message);
        },
      },
      api: {
        ...api,
        robot: {
          async send(...message) {
            await ready();
            return robot.send(...message);
          },
        },
        cards: {
          ...cards,
          async createAndDeliver(...card) {
            await ready();
            return cards.createAndDeliver(...card);
          },
        },
      },
    },
  };
}
