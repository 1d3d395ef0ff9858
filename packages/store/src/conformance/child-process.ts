import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { ChildTask, FromChild, ToChild } from "./child-lines.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** A child process under our thumb. Disposing kills it. */
export interface Child extends AsyncDisposable {
  tell(line: ToChild): void;
  /** Tells the process that there is no more to do. */
  end(): void;
  /** kill -9, from one moment to the next. */
  kill(): void;
  /** Resolves when the process is gone and all it said has been heard; rejects when it failed by itself. */
  readonly gone: Promise<void>;
}

/** Starts a child process; `onLine` hears what it says. */
export function startChild(
  store: StoreUnderTest,
  task: Omit<ChildTask, "module">,
  onLine: (line: FromChild) => void,
): Child {
  const program = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));
  const whole: ChildTask = { ...task, module: store.module.href };
  const child = spawn(execPath, [...(store.nodeOptions ?? []), program, JSON.stringify(whole)]);
  let complaint = "";
  let killed = false;
  child.stderr.on("data", (chunk: Buffer) => void (complaint += chunk.toString()));
  // The pipe of a process that was just killed.
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line: FromChild = JSON.parse(text);
    onLine(line);
  });
  const kill = (): void => {
    killed = true;
    child.kill("SIGKILL");
  };
  const ended = async (): Promise<void> => {
    await once(child, "close");
    if (!killed && child.exitCode !== 0) throw new Error(`the child process failed: ${complaint}`);
  };
  const gone = ended();
  // Whoever waits hears of it; a failure that nobody waits for must not end the suite.
  gone.catch(() => undefined);
  return {
    tell: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    end: () => void child.stdin.end(),
    kill,
    gone,
    async [Symbol.asyncDispose]() {
      kill();
      await gone.catch(() => undefined);
    },
  };
}
