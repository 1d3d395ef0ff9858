import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

import { OPENCLAW_ENTRY, type OpenClawHome } from "@dingtalk-kit/example-demo";

const KEYS = { enter: "\r", down: "\u001B[B", interrupt: "\u0003" } as const;

/** `openclaw` in a terminal, and somebody who reads it and types. */
export interface Terminal extends AsyncDisposable {
  /** Waits for text that was not read before. @returns what was shown up to its end @throws Error with the last lines */
  read(expected: RegExp, options?: { readonly timeoutMs?: number }): Promise<string>;
  /** Waits for a question that is still open. @returns what was shown up to its end */
  question(question: RegExp): Promise<string>;
  /** Waits for a question, and types an answer. */
  answer(question: RegExp, text?: string): Promise<void>;
  /** Waits for a question, and takes its choice that stands `down` below the one that is marked. */
  choose(question: RegExp, down?: number): Promise<void>;
  /** Waits for a question, and types one letter; a question of yes or no needs no Enter. */
  tap(question: RegExp, letter: "y" | "n"): Promise<void>;
  press(key: keyof typeof KEYS): void;
  type(text: string): void;
  /** Exit code of the command. */
  readonly exit: Promise<number>;
  /** Everything that was shown, without colours and cursor movements. */
  readonly screen: string;
}

/** Commands of the host start slowly on a busy machine. */
const READ_TIMEOUT_MS = 120_000;

/**
 * Runs `openclaw <args>` in a pseudo-terminal of 100 columns, which `script` of util-linux opens. Disposing ends the
 * command.
 */
export function openTerminal(home: OpenClawHome, args: readonly string[]): Terminal {
  const command = [process.execPath, OPENCLAW_ENTRY, ...args].map(quote).join(" ");
  const child = spawn("script", ["-qefc", `stty cols 100 rows 60 && exec ${command}`, "/dev/null"], {
    env: { ...home.env, TERM: "xterm", SHELL: "/bin/sh" },
    cwd: home.workspace,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let received = "";
  let screen = "";
  let readUpTo = 0;
  const changed = new EventTarget();
  const tell = (): void => void changed.dispatchEvent(new Event("change"));
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    received += chunk;
    screen = stripVTControlCharacters(withoutOpenSequence(received)).replaceAll("\r", "");
    tell();
  });
  child.stdin.on("error", () => undefined);
  const exit = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
    tell();
  };
  exit.then(end, end);

  const read: Terminal["read"] = async (expected, { timeoutMs = READ_TIMEOUT_MS } = {}) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = expected.exec(screen.slice(readUpTo));
      if (found !== null) {
        const shown = screen.slice(readUpTo, readUpTo + found.index + found[0].length);
        readUpTo += shown.length;
        return shown;
      }
      if (deadline.aborted || ended.signal.aborted) {
        const why = ended.signal.aborted ? "the command ended" : `nothing for ${timeoutMs} ms`;
        throw new Error(`${why} before ${String(expected)}; last:\n${screen.slice(-3_000)}`);
      }
      await next(changed, deadline);
    }
  };
  const press = (key: keyof typeof KEYS): void => void child.stdin.write(KEYS[key]);
  // Answered questions are shown again with another symbol.
  const question: Terminal["question"] = ({ source }) => read(new RegExp(`◆[^◆◇]*?${source}`));
  return {
    read,
    question,
    press,
    type: (text) => void child.stdin.write(text),
    exit,
    get screen() {
      return screen;
    },
    async answer(asked, text = "") {
      await question(asked);
      child.stdin.write(text);
      press("enter");
    },
    async choose(asked, down = 0) {
      await question(asked);
      for (let step = 0; step < down; step += 1) press("down");
      press("enter");
    },
    async tap(asked, letter) {
      await question(asked);
      child.stdin.write(letter);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exit.catch(() => undefined);
    },
  };
}

/** A control sequence at the end may not be whole yet: a letter ends it. */
function withoutOpenSequence(text: string): string {
  const start = text.lastIndexOf("\u001B");
  return start === -1 || /[A-Za-z]/.test(text.slice(start)) ? text : text.slice(0, start);
}

/** For a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function next(changed: EventTarget, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      changed.removeEventListener("change", done);
      deadline.removeEventListener("abort", done);
      resolve();
    };
    changed.addEventListener("change", done);
    deadline.addEventListener("abort", done);
  });
}
