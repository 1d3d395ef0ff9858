/**
 * The demo: a DingTalk on your machine, a model, a real OpenClaw gateway with the plugin, and a chat in the terminal.
 * `node examples/demo/src/main.ts --help` lists the options.
 */
import process from "node:process";

import { runChat } from "./chat.ts";
import { openDemo, type Demo } from "./open-demo.ts";
import { HELP, readOptions, UsageError, type DemoOptions } from "./options.ts";
import { createProgress } from "./progress.ts";
import { runRealChat } from "./real-chat.ts";
import { exchange } from "./say.ts";
import { formatTranscript, isAnswered, transcriptJson } from "./transcript.ts";

const USAGE_ERROR = 2;
/** What shells use for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const stop = createStopSignal();
  try {
    const options = readOptions(args, process.env);
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    return await run(options, stop);
  } catch (error) {
    if (stop.aborted) return INTERRUPTED;
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write("demo: --help lists the options\n");
    return USAGE_ERROR;
  }
}

async function run(options: DemoOptions, stop: AbortSignal): Promise<number> {
  const progress = createProgress(process.stderr);
  await using demo = await openDemo(options, progress, stop);
  const code = options.say === undefined ? await chat(demo, stop) : await sayOnce(demo, options, stop);
  progress.say("stopping …");
  return code;
}

async function chat({ simulator, home }: Demo, stop: AbortSignal): Promise<number> {
  const terminal = { input: process.stdin, output: process.stdout };
  if (simulator === undefined) await runRealChat(home, terminal, stop);
  else await runChat(simulator, terminal, stop);
  return 0;
}

async function sayOnce({ simulator }: Demo, options: DemoOptions, stop: AbortSignal): Promise<number> {
  if (simulator === undefined) throw new UsageError("--say speaks in the simulator");
  const transcript = await Promise.race([exchange(simulator, options.say ?? ""), rejectOnAbort(stop)]);
  const print = options.json ? transcriptJson : formatTranscript;
  process.stdout.write(`\n${print(transcript)}\n\n`);
  return isAnswered(transcript) ? 0 : 1;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("stopped by you")), { once: true });
  });
}

/** Aborted by the first Ctrl-C; a second one does not wait for a clean stop. */
function createStopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort(new Error("stopped by you"));
    });
  }
  return controller.signal;
}
