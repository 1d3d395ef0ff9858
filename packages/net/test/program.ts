import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Daemons and their helpers live where a shell does not look. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/lib/squid"];

function find(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...MORE_FOLDERS];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export interface Programs {
  /** Where one of them is. @throws when one is missing */
  path(name: string): string;
  /** One is missing, and nobody insists on it. */
  readonly mayBeSkipped: boolean;
}

/** Programs that tests use where they are installed; with `REQUIRE_PRIVILEGES=1` they fail where one is not. */
export function optionalPrograms(debianPackage: string, ...names: readonly string[]): Programs {
  const found = new Map(names.map((name) => [name, find(name)]));
  const missing = names.filter((name) => found.get(name) === undefined);
  const message = `${missing.join(", ")} not installed (Debian package ${debianPackage})`;
  const mayBeSkipped = missing.length > 0 && process.env["REQUIRE_PRIVILEGES"] !== "1";
  if (mayBeSkipped) console.warn(`a test with a real proxy is skipped: ${message}`);
  return {
    mayBeSkipped,
    path(name) {
      const path = found.get(name);
      if (path === undefined || missing.length > 0) throw new Error(message);
      return path;
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

export interface Program extends AsyncDisposable {
  /** What it printed so far. */
  readonly output: string;
}

/** Starts a program and resolves once `ready` shows up in its output. Disposing kills it. */
export async function startProgram(
  path: string,
  parameters: readonly string[],
  ready: string,
): Promise<Program> {
  const child = spawn(path, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] },
  });
  // When a test runs out of time, nobody disposes.
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  child.once("exit", () => process.off("exit", killAtExit));
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes(ready)) resolve();
    });
  }
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`${path} ended with ${code}: ${output}`)));
  await promise;
  return {
    get output() {
      return output;
    },
    [Symbol.asyncDispose]: () => kill(child),
  };
}
