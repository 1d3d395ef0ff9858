import type { CardState } from "@dingtalk-kit/protocol";
import { ClosedError, TimeoutError } from "@dingtalk-kit/protocol";

import type { CardMoment } from "./card-instance.ts";
import type { ChatItem } from "./chat.ts";
import type { Timers } from "./timers.ts";

/** A complete answer of the robot: one message, or one card that reached its end. */
export interface Answer {
  readonly kind: "card" | "message";
  readonly conversationId: string;
  readonly text: string;
  readonly title: string | undefined;
  /** FINISHED or FAILED; a plain message is always FINISHED. */
  readonly state: CardState;
  /** How a card grew, from its creation on. Empty for plain messages. */
  readonly history: readonly CardMoment[];
  /** How it was sent. */
  readonly route: "session-webhook" | "robot-api" | "card";
  readonly outTrackId: string | undefined;
  readonly id: string;
  readonly atMs: number;
}

/** What an answer answers. */
export interface Question {
  readonly sequence: number;
  readonly clientId: string;
  readonly conversationId: string;
}

export interface Answers extends Disposable {
  /** Called once for everything that a robot completes. */
  complete(item: ChatItem, answer: Answer): void;
  /**
   * The first answer that began after the question and that no earlier call took.
   *
   * @throws TimeoutError after `timeoutMs`; `signal.reason` when aborted
   */
  wait(
    question: Question,
    limit: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Answer>;
}

interface Completed extends Question {
  readonly answer: Answer;
}

interface Waiting {
  readonly question: Question;
  take(answer: Answer): void;
  fail(error: unknown): void;
}

/** Answers that nobody asked for are kept up to this many. */
const MAX_UNCLAIMED = 5_000;

export function createAnswers(timers: Timers): Answers {
  const unclaimed: Completed[] = [];
  const waiting = new Set<Waiting>();
  return {
    complete({ sequence, clientId, shown }, answer) {
      const completed = { sequence, clientId, conversationId: shown.conversationId, answer };
      const next = [...waiting]
        .filter(({ question }) => fits(question, completed))
        .toSorted((a, b) => a.question.sequence - b.question.sequence)[0];
      if (next !== undefined) return next.take(answer);
      unclaimed.push(completed);
      if (unclaimed.length > MAX_UNCLAIMED) unclaimed.shift();
    },
    wait(question, { timeoutMs, signal }) {
      const ready = unclaimed
        .filter((completed) => fits(question, completed))
        .toSorted((a, b) => a.sequence - b.sequence)[0];
      if (ready !== undefined) {
        unclaimed.splice(unclaimed.indexOf(ready), 1);
        return Promise.resolve(ready.answer);
      }
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(entry);
          timer[Symbol.dispose]();
          signal?.removeEventListener("abort", abort);
        };
        const fail = (error: unknown): void => {
          leave();
          reject(error);
        };
        const timer = timers.after(timeoutMs, () => {
          const message = `no complete answer in ${question.conversationId} within ${timeoutMs} ms`;
          fail(new TimeoutError(message, { timeoutMs, stage: "http" }));
        });
        const abort = (): void => fail(signal?.reason);
        const entry: Waiting = {
          question,
          take: (answer) => {
            leave();
            resolve(answer);
          },
          fail,
        };
        waiting.add(entry);
        if (signal?.aborted === true) return abort();
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
    [Symbol.dispose]() {
      for (const entry of waiting) entry.fail(new ClosedError("the simulator was closed"));
    },
  };
}

function fits(question: Question, answer: Question): boolean {
  return (
    answer.sequence > question.sequence &&
    answer.clientId === question.clientId &&
    answer.conversationId === question.conversationId
  );
}
