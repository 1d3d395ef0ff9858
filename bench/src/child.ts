import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a child tells of itself. */
export interface Answers {
  /** Processor time so far, user and system, of all its threads, in milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** After collecting the garbage. */
  readonly heapBytes: number;
}

export type Question = keyof Answers;

/** A program of `src/clients` in a process of its own. */
export interface Child extends AsyncDisposable {
  ask(question: Question): Promise<number>;
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[] | undefined;
  /** Folder for a CPU profile of its whole life. It costs about a tenth more. @defaultValue none is written */
  readonly profileIn?: string | undefined;
}

export function startChild(program: string, { env, args = [], profileIn }: ChildOptions): Child {
  const file = fileURLToPath(new URL(`clients/${program}.ts`, import.meta.url));
  const profiling =
    profileIn === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${profileIn}`, `--cpu-prof-name=${program}.cpuprofile`];
  const child = fork(file, args, {
    execArgv: ["--expose-gc", ...profiling],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  return {
    async ask(question) {
      child.send(question);
      const [answer] = await Promise.race([
        once(child, "message"),
        exited.then(() => Promise.reject(new Error(`${program} ended`))),
      ]);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      // Not killed: a profile is written by a process that ends by itself.
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
