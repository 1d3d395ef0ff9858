import { parseArgs } from "node:util";

import { ConfigError } from "@dingtalk-kit/protocol";

import { checkFault } from "../fault-read.ts";
import type { FaultSpec } from "../fault-spec.ts";
import { parseJson } from "../json.ts";

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  readonly json: boolean;
  readonly port: number;
  readonly host: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly robotCode: string | undefined;
  readonly websocketUrl: string | undefined;
  readonly oapiUrl: string | undefined;
  readonly seed: number | undefined;
  readonly faults: readonly FaultSpec[];
  readonly undeliverable: "lose" | "hold" | undefined;
}

const DEFAULT_PORT = 8740;

export const HELP: string = `A DingTalk on your machine: token, Stream, robot sends, cards and a control API.

Usage: dingtalk-simulator [options]

  --port <n>              port, 0 for any free one (default ${DEFAULT_PORT})
  --host <address>        loopback address (default 127.0.0.1)
  --tls-cert <file>       PEM certificate: serve https and wss (with --tls-key)
  --tls-key <file>        PEM key
  --client-id <id>        client id of the app (default dingsimulatorapp01)
  --client-secret <text>  its client secret
  --robot-code <code>     its robot code (default: the client id)
  --websocket-url <url>   the endpoint that connections/open returns
  --oapi-url <url>        base of the session webhooks in robot messages
  --undeliverable <what>  lose or hold a message that finds no connection (default lose)
  --fault <json>          a fault that stands from the start; may be repeated, for example
                          '{"kind":"frame.drop","probability":0.1}' (kinds: see the README)
  --seed <n>              what chance follows from (default: drawn, and printed)
  --json                  print the addresses and credentials as one line of JSON
  -h, --help              print this
`;

/** @throws ConfigError with one sentence for people when a flag is unknown or its value makes no sense */
export function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const port = values.port ?? String(DEFAULT_PORT);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new ConfigError(`--port must be a number from 0 to 65535, not ${port}`);
  }
  if ((values["tls-cert"] === undefined) !== (values["tls-key"] === undefined)) {
    throw new ConfigError("--tls-cert and --tls-key go together");
  }
  const seed = values.seed;
  if (seed !== undefined && !/^\d{1,15}$/.test(seed)) {
    throw new ConfigError(`--seed must be a whole number, not ${seed}`);
  }
  return {
    help: values.help ?? false,
    json: values.json ?? false,
    port: Number(port),
    host: values.host,
    tlsCert: values["tls-cert"],
    tlsKey: values["tls-key"],
    clientId: values["client-id"],
    clientSecret: values["client-secret"],
    robotCode: values["robot-code"],
    websocketUrl: values["websocket-url"],
    oapiUrl: values["oapi-url"],
    seed: seed === undefined ? undefined : Number(seed),
    faults: (values.fault ?? []).map(readFault),
    undeliverable: readUndeliverable(values.undeliverable),
  };
}

function readFault(json: string): FaultSpec {
  const order = parseJson(json);
  if (order === undefined) throw new ConfigError("--fault must be JSON");
  checkFault(order);
  return order;
}

function readUndeliverable(value: string | undefined): "lose" | "hold" | undefined {
  if (value === undefined || value === "lose" || value === "hold") return value;
  throw new ConfigError(`--undeliverable must be lose or hold, not ${value}`);
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const FLAGS = {
  port: text,
  host: text,
  "tls-cert": text,
  "tls-key": text,
  "client-id": text,
  "client-secret": text,
  "robot-code": text,
  "websocket-url": text,
  "oapi-url": text,
  seed: text,
  fault: { type: "string", multiple: true },
  undeliverable: text,
  json: flag,
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>["values"];

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(message.split(". ")[0] ?? message, { cause });
  }
}
