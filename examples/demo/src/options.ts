import { parseArgs } from "node:util";

import type { ModelEndpoint } from "./config.ts";

export interface DemoOptions {
  /** One exchange with this text instead of a chat. */
  readonly say: string | undefined;
  readonly json: boolean;
  readonly mode: "card" | "markdown";
  /** Leaves the gateway's folder behind. */
  readonly keep: boolean;
  /** Shows the gateway's log. */
  readonly verbose: boolean;
  readonly help: boolean;
  /** Of the gateway. */
  readonly port: number | undefined;
  /** `undefined`: the stand-in model. */
  readonly model: ModelEndpoint | undefined;
  /** `undefined`: the simulator. */
  readonly dingtalk: DingTalkApp | undefined;
}

/** Credentials of a real app. */
export interface DingTalkApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The command line or the environment makes no sense; the message says how to put it right. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

/** @throws UsageError */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DemoOptions {
  const { values } = parse(args);
  const dingtalk = readDingTalkApp(env);
  if (values.say !== undefined && values.say.trim() === "") throw new UsageError("--say needs a text");
  if (values.json && values.say === undefined) throw new UsageError("--json goes with --say");
  if (values.say !== undefined && dingtalk !== undefined) {
    throw new UsageError(
      "--say speaks in the simulator; unset DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET for it",
    );
  }
  return {
    say: values.say,
    json: values.json,
    mode: readMode(values.mode),
    keep: values.keep,
    verbose: values.verbose,
    help: values.help,
    port: readPort(values.port),
    model: readModel(env),
    dingtalk,
  };
}

interface RawValues {
  readonly say?: string;
  readonly json: boolean;
  readonly mode: string;
  readonly keep: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
  readonly port?: string;
}

function parse(args: readonly string[]): { readonly values: RawValues } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        say: { type: "string" },
        json: { type: "boolean", default: false },
        mode: { type: "string", default: "card" },
        keep: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        port: { type: "string" },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readMode(mode: string): "card" | "markdown" {
  if (mode === "card" || mode === "markdown") return mode;
  throw new UsageError(`--mode is card or markdown, not ${mode}`);
}

function readPort(port: string | undefined): number | undefined {
  if (port === undefined) return undefined;
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new UsageError(`--port is a number from 1 to 65535, not ${port}`);
}

function readModel(env: Readonly<Record<string, string | undefined>>): ModelEndpoint | undefined {
  const baseUrl = env["OPENAI_BASE_URL"];
  const apiKey = env["OPENAI_API_KEY"];
  const model = env["OPENAI_MODEL"];
  if (!baseUrl && !model) return undefined;
  if (!model) throw new UsageError("OPENAI_BASE_URL is set: OPENAI_MODEL must name a model, too");
  // Local servers often want no key, but every client sends one.
  return { baseUrl: baseUrl || "https://api.openai.com/v1", apiKey: apiKey || "none", model };
}

function readDingTalkApp(env: Readonly<Record<string, string | undefined>>): DingTalkApp | undefined {
  const clientId = env["DINGTALK_CLIENT_ID"];
  const clientSecret = env["DINGTALK_CLIENT_SECRET"];
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret) {
    throw new UsageError("DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET go together: set both or neither");
  }
  return { clientId, clientSecret };
}

export const HELP = `A DingTalk chat in your terminal, answered by an agent in a real OpenClaw gateway.

Usage: npm run demo -- [options]

  --say <text>     One exchange: prints the transcript with the card's states, ends with exit code 0 on FINISHED
  --json           With --say: the transcript as one JSON object on stdout
  --mode <mode>    How the robot answers: card (default) or markdown
  --port <port>    Port of the gateway and its Control UI (default: a free one)
  --verbose        Shows the gateway's log
  --keep           Leaves the gateway's folder (config, state, log) behind and prints its path
  -h, --help       This text

Environment:
  OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL    A real model instead of the stand-in
  DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET       The real DingTalk instead of the simulator
`;
