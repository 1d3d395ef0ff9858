#!/usr/bin/env node
import { once } from "node:events";
import { readFile } from "node:fs/promises";

import { ConfigError } from "@dingtalk-kit/protocol";

import { HELP, readArguments } from "./cli/arguments.ts";
import type { Arguments } from "./cli/arguments.ts";
import { banner, jsonBanner } from "./cli/banner.ts";
import { openSimulator } from "./open-simulator.ts";
import type { SimulatorOptions } from "./options.ts";

/** Bad flags and values. */
const USAGE_ERROR = 2;

try {
  process.exitCode = await main(readArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`dingtalk-simulator: ${error.message}\nTry --help.\n`);
  process.exitCode = USAGE_ERROR;
}

async function main(args: Arguments): Promise<number> {
  if (args.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await using simulator = await openSimulator(await optionsOf(args));
  process.stdout.write(args.json ? jsonBanner(simulator) : banner(simulator));
  await stopped;
  return 0;
}

async function optionsOf(args: Arguments): Promise<SimulatorOptions> {
  const { tlsCert, tlsKey, clientId, clientSecret, robotCode } = args;
  const isTls = tlsCert !== undefined && tlsKey !== undefined;
  return {
    port: args.port,
    host: args.host,
    websocketUrl: args.websocketUrl,
    oapiUrl: args.oapiUrl,
    seed: args.seed,
    faults: args.faults,
    undeliverable: args.undeliverable,
    app: {
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
      robotCode,
    },
    tls: isTls ? { cert: await readPem(tlsCert), key: await readPem(tlsKey) } : undefined,
  };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}`, { cause });
  }
}
