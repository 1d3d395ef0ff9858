import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../../examples/demo/src/main.ts", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  readonly exit: Promise<number | null>;
}

function runDemo(args: readonly string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end();
  const exit = once(child, "close").then(([code]: unknown[]) => (typeof code === "number" ? code : null));
  return { child, stdout: readText(child.stdout), stderr: readText(child.stderr), exit };
}

test("does one exchange and ends with the card FINISHED and exit code 0", async () => {
  const run = runDemo(["--say", "hello", "--json"]);
  expect(await run.exit, await run.stderr).toBe(0);
  const transcript: unknown = JSON.parse(await run.stdout);
  expect(transcript).toMatchObject({ said: "hello", kind: "card", state: "FINISHED" });
  expect(await run.stdout).toMatch(/"PROCESSING"[\s\S]*"INPUTING"[\s\S]*"FINISHED"/);
  expect(await run.stderr).toContain("gateway    OpenClaw at http://127.0.0.1:");
});

test("stops everything and leaves nothing behind when it is interrupted while the gateway starts", async () => {
  const run = runDemo(["--verbose"]);
  const lines: string[] = [];
  run.child.stderr?.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  await expect.poll(() => lines.join(""), { timeout: 120_000 }).toContain("log file:");
  const folder = /log file: (\S+)\/openclaw\.log/.exec(lines.join(""))?.[1] ?? "";
  expect(existsSync(folder)).toBe(true);
  run.child.kill("SIGINT");
  expect(await run.exit, await run.stderr).toBe(130);
  expect(existsSync(folder)).toBe(false);
});
