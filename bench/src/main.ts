/**
 * Measures. Each benchmark prints a table and writes `bench/results/<name>.json`:
 *
 *     pnpm bench stream   [--rounds 5] [--callbacks 60000] [--seed 1]
 *     pnpm bench accounts [--accounts 50]
 */
import { parseArgs } from "node:util";

import { benchAccounts } from "./accounts.ts";
import { benchStream } from "./stream.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    callbacks: { type: "string", default: "60000" },
    accounts: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

function count(name: "rounds" | "callbacks" | "accounts" | "seed"): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`bench: --${name} takes a whole number above 0, not ${values[name]}`);
  return process.exit(2);
}

const seed = count("seed");
const [name] = positionals;
if (name === "stream") {
  await benchStream({ seed, rounds: count("rounds"), callbacks: count("callbacks") });
} else if (name === "accounts") {
  await benchAccounts({ seed, accounts: count("accounts") });
} else {
  console.error(
    `bench: ${name === undefined ? "which one" : `no benchmark ${name}`}? There are: stream, accounts`,
  );
  process.exitCode = 2;
}
