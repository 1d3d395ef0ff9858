import { WizardCancelledError } from "openclaw/plugin-sdk/setup";
import type { WizardPrompter } from "openclaw/plugin-sdk/setup";

/** Presses Ctrl-C instead of answering. */
export const CANCEL: unique symbol = Symbol("cancel");
/** Leaves a question open until the program takes it back. */
export const WAIT: unique symbol = Symbol("wait");

type Reply = string | boolean | typeof CANCEL | typeof WAIT;

/** A question that must come next, and what the person answers; a function looks around first. */
export type Exchange = readonly [question: RegExp, reply: Reply | (() => Reply | Promise<Reply>)];

/** Somebody in front of the prompts, who expects certain questions in a certain order. */
export interface ScriptedPerson {
  readonly prompter: WizardPrompter;
  /** What was shown: notes, errors of single answers, and plain text. */
  readonly seen: string[];
  /** The values that the question offered. */
  offered(question: RegExp): readonly unknown[];
  /** Questions that did not come. */
  readonly unasked: readonly string[];
}

export function createPerson(script: readonly Exchange[]): ScriptedPerson {
  const open = [...script];
  const seen: string[] = [];
  const choices = new Map<string, readonly unknown[]>();

  const reply = async (message: string, signal?: AbortSignal): Promise<string | boolean> => {
    const [question, answer] = open.shift() ?? [];
    if (question?.test(message) !== true)
      throw new Error(`asked "${message}" instead of ${String(question)}`);
    const given = typeof answer === "function" ? await answer() : answer;
    if (given === CANCEL || given === undefined) throw new WizardCancelledError();
    if (given !== WAIT) return given;
    await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
    throw new WizardCancelledError();
  };

  return {
    seen,
    offered: (question) => [...choices].find(([message]) => question.test(message))?.[1] ?? [],
    get unasked() {
      return open.map(([question]) => String(question));
    },
    prompter: {
      intro: async () => undefined,
      outro: async () => undefined,
      note: async (message, title) => void seen.push(`${title ?? ""}\n${message}`),
      plain: async (message) => void seen.push(message),
      progress: () => ({ update: () => undefined, stop: () => undefined }),
      multiselect: async ({ message }) => {
        throw new Error(`nobody asks "${message}"`);
      },
      async select({ message, options }) {
        choices.set(
          message,
          options.map(({ value }) => value),
        );
        const wanted: unknown = await reply(message);
        const chosen = options.find(({ value }) => value === wanted);
        if (chosen === undefined) throw new Error(`"${message}" does not offer ${String(wanted)}`);
        return chosen.value;
      },
      async text({ message, validate, signal }) {
        for (;;) {
          const given = String(await reply(message, signal));
          const mistake = validate?.(given);
          if (mistake === undefined) return given;
          seen.push(mistake);
        }
      },
      async confirm({ message }) {
        return (await reply(message)) === true;
      },
    },
  };
}
