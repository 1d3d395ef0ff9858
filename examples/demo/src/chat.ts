import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { SaidMessage, ShownMessage, Simulator } from "dingtalk-simulator";

import { PERSON } from "./say.ts";
import { createReplyView, type Output, type ReplyView } from "./screen.ts";

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & Output;
}

const WELCOME = `
You are ${PERSON}, in a 1:1 chat with the robot. Write something and press Enter.
Try "show me code", "tell me a story" (and /stop in the middle of it), /new, /models. Ctrl-C or /quit leaves.
`;

/** How long a last answer may take once the input has ended. */
const LAST_ANSWER_MS = 180_000;

/** Reads what you type, says it in the simulator, and shows what the robot does. Ends with the input, `/quit` or `signal`. */
export async function runChat(simulator: Simulator, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { input, output } = terminal;
  const left = new AbortController();
  const end = AbortSignal.any([signal, left.signal]);
  const reader = createInterface({ input, output, terminal: output.isTTY === true, prompt: "you> " });
  reader.on("SIGINT", () => left.abort());
  reader.once("close", () => {
    // Piped input ends before the answers do; a person who closes the input leaves.
    if (output.isTTY === true) left.abort();
  });
  end.addEventListener("abort", () => reader.close(), { once: true });
  const prompt = (): void => {
    if (output.isTTY === true && !end.aborted) reader.prompt(true);
  };
  output.write(WELCOME);
  prompt();

  const screen = createScreen(output, prompt);
  const said: SaidMessage[] = [];
  const watching = watch({ simulator, said, show: screen.show, signal: left.signal });
  try {
    for await (const line of reader) {
      const text = line.trim();
      if (text === "/quit") left.abort();
      if (end.aborted) break;
      screen.freeze();
      if (text !== "") said.push(await simulator.say({ from: PERSON, text }));
      prompt();
    }
    await untilAnswered(simulator, said, end);
  } finally {
    left.abort();
    reader.close();
    await watching;
  }
}

interface Screen {
  readonly show: (message: ShownMessage) => void;
  /** What is on the screen stays: the next state is painted below it. */
  freeze(): void;
}

function createScreen(output: Output, prompt: () => void): Screen {
  let current: { readonly id: string; readonly view: ReplyView } | undefined;
  return {
    show: ({ id, state, text }) => {
      const clear = output.isTTY === true ? "\r\u001b[0J" : "";
      if (current?.id !== id) output.write(clear);
      const shown = current?.id === id ? current : { id, view: createReplyView(output) };
      current = shown;
      shown.view.show({ state: state ?? "message", text });
      prompt();
    },
    freeze: () => {
      current = undefined;
    },
  };
}

/** Reports every robot message of this chat that is new or has changed, ten times a second. */
async function watch(chat: {
  readonly simulator: Simulator;
  readonly said: readonly SaidMessage[];
  readonly show: (message: ShownMessage) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const known = new Map<string, string>();
  for (;;) {
    for (const message of messagesSince(chat.simulator, chat.said[0])) {
      const now = `${message.state}\n${message.text}`;
      if (!message.byRobot || known.get(message.id) === now) continue;
      known.set(message.id, now);
      chat.show(message);
    }
    // After the last look, so that nothing is missed at the end.
    if (chat.signal.aborted) return;
    await sleep(100, undefined, { signal: chat.signal }).catch(() => undefined);
  }
}

function messagesSince(simulator: Simulator, first: SaidMessage | undefined): readonly ShownMessage[] {
  if (first === undefined) return [];
  const messages = simulator.messages(first.conversationId);
  return messages.slice(messages.findIndex(({ id }) => id === first.messageId));
}

/** Resolves when each message has an answer, when the time is over, or when the person leaves. */
async function untilAnswered(
  simulator: Simulator,
  said: readonly SaidMessage[],
  end: AbortSignal,
): Promise<void> {
  const answers = Promise.allSettled(
    said.map((message) => simulator.answer(message, { timeoutMs: LAST_ANSWER_MS })),
  );
  if (!end.aborted) await Promise.race([answers, once(end, "abort")]);
}
