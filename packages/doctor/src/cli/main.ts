import { homedir } from "node:os";

import { ConfigError } from "@dingtalk-kit/protocol";

import { migrate } from "../migrate.ts";
import { NotWrittenError } from "../replace-file.ts";
import { restore } from "../restore.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Arguments } from "./arguments.ts";
import { HELP, MIGRATE_HELP, readArguments } from "./arguments.ts";
import { migrateReport, restoreReport } from "./report.ts";

const OK = 0;
const PENDING = 1;
const UNUSABLE = 2;
const NOT_WRITTEN = 3;

function print(text: string): void {
  process.stdout.write(text);
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const json = rest.includes("--json");
  try {
    if (command === undefined || command === "--help" || command === "-h" || command === "help") {
      print(HELP);
      return command === undefined ? UNUSABLE : OK;
    }
    if (command !== "migrate") throw new ConfigError(`there is no command ${command}`);
    const options = readArguments(rest);
    if (options.help) print(MIGRATE_HELP);
    return options.help ? OK : await run(options);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof NotWrittenError)) throw error;
    const code = error instanceof NotWrittenError ? NOT_WRITTEN : UNUSABLE;
    if (json) print(toJson({ error: error.message, exitCode: code }));
    else process.stderr.write(`dingtalk-doctor: ${error.message}\nTry --help.\n`);
    return code;
  }
}

async function run(options: Arguments): Promise<number> {
  const surroundings: Surroundings = { env: process.env, home: homedir(), cwd: process.cwd() };
  if (options.restore !== undefined) {
    const result = await restore({ restore: options.restore, config: options.config }, surroundings);
    print(options.json ? toJson({ ...result, exitCode: OK }) : restoreReport(result));
    return OK;
  }
  const result = await migrate(options, surroundings);
  const exitCode = result.plan.changes.length > 0 && !result.written ? PENDING : OK;
  const { plan, ...rest } = result;
  const { next: _next, ...shown } = plan;
  print(options.json ? toJson({ ...rest, ...shown, exitCode }) : migrateReport(result));
  return exitCode;
}

/** One line. What is not there is `null`, so that every field always is. */
function toJson(value: object): string {
  return `${JSON.stringify(value, (_name, inner: unknown) => (inner === undefined ? null : inner))}\n`;
}
