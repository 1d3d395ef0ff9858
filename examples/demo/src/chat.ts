import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { ShownMessage, Simulator } from "dingtalk-simulator";

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

/** Reads what you type, says it in the simulator, and shows what the robot does. Ends with the input, `/quit` or `signal`. */
export async function runChat(simulator: Simulator, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { input, output } = terminal;
  const left = new AbortController();
  const anyEnd = AbortSignal.any([signal, left.signal]);
  const reader = createInterface({ input, output, terminal: output.isTTY === true, prompt: "you> " });
  reader.on("SIGINT", () => left.abort());
  reader.once("close", () => {
    // Piped input ends before the answers do; a person who closes the input leaves.
    if (output.isTTY === true) left.abort();
  });
  anyEnd.addEventListener("abort", () => reader.close(), { once: true });
  const prompt = (): void => {
    if (output.isTTY === true && !anyEnd.aborted) reader.prompt(true);
  };
  output.write(WELCOME);
  prompt();

  const screen = createScreen(output, prompt);
  const watching = watch(simulator, screen.show, left.signal);
  try {
    for await (const line of reader) {
      const text = line.trim();
      if (text === "/quit") left.abort();
      if (anyEnd.aborted) break;
      screen.freeze();
      if (text !== "") await simulator.say({ from: PERSON, text });
      prompt();
    }
    await untilQuiet(simulator, anyEnd);
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

/** Reports every robot message that is new or has changed. The person sees no faster changes than these. */
async function watch(
  simulator: Simulator,
  show: (message: ShownMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, string>();
  for (;;) {
    for (const message of simulator.messages()) {
      const now = `${message.state}\n${message.text}`;
      if (!message.byRobot || known.get(message.id) === now) continue;
      known.set(message.id, now);
      show(message);
    }
    // After the last look, so that nothing is missed at the end.
    if (signal.aborted) return;
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

/** Each of the person's messages has an answer below it that is complete. */
async function untilQuiet(simulator: Simulator, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < 180_000 && !signal.aborted; waitedMs += 100) {
    const messages = simulator.messages();
    const asked = messages.filter((message) => !message.byRobot).length;
    const replies = messages.filter((message) => message.byRobot);
    if (replies.length >= asked && !replies.some(isOpen)) return;
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

function isOpen({ state }: ShownMessage): boolean {
  return state === "PROCESSING" || state === "INPUTING";
}
