import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** `memory` collects the garbage first. */
export type Question = "usage" | "memory";

/** What a child has used so far. */
export interface Usage {
  /** Processor time, user and system, in milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** A program of `src/clients` in a process of its own. */
export interface Child extends AsyncDisposable {
  ask(question: Question): Promise<Usage>;
}

export function startChild(
  program: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Child {
  const file = fileURLToPath(new URL(`clients/${program}.ts`, import.meta.url));
  const child = fork(file, args, {
    execArgv: [
      "--expose-gc",
      ...(process.env["PROF"] ? ["--cpu-prof", "--cpu-prof-dir=/tmp/b1prof"] : []),
      ...(process.env["PROF"] ? ["--cpu-prof", "--cpu-prof-dir=/tmp/b1prof"] : []),
    ],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  return {
    async ask(question) {
      child.send(question);
      const [usage] = await Promise.race([
        once(child, "message"),
        exited.then(() => Promise.reject(new Error(`${program} ended`))),
      ]);
      return usage;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}
