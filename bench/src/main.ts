/**
 * Measures. Each benchmark prints a table and writes `bench/results/<name>.json`:
 *
 *     pnpm bench stream   [--starts 6] [--rounds 6] [--callbacks 20000] [--profile] [--seed 1]
 *     pnpm bench accounts [--accounts 50]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { shellCall, windows } from "../../scripts/toolchain/environment.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    starts: { type: "string", default: "6" },
    rounds: { type: "string", default: "6" },
    callbacks: { type: "string", default: "20000" },
    profile: { type: "boolean", default: false },
    accounts: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

function count(name: "starts" | "rounds" | "callbacks" | "accounts" | "seed"): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`bench: --${name} takes a whole number above 0, not ${values[name]}`);
  return process.exit(2);
}

/** What is measured is what is published: the built packages. */
function build(): void {
  const words = ["run", "build", "--filter=@dingtalk-kit/bench^...", "--output-logs=errors-only"];
  const { status, error } = spawnSync(...shellCall("turbo", words), {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    shell: windows,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status === 0) return;
  console.error(
    error === undefined ? "bench: the build failed" : `bench: ${error.message}; start it with pnpm bench`,
  );
  process.exit(1);
}

const seed = count("seed");
const [name] = positionals;
if (name === "stream") {
  const options = {
    seed,
    starts: count("starts"),
    rounds: count("rounds"),
    callbacks: count("callbacks"),
    profileIn: values.profile ? join(import.meta.dirname, "../results") : undefined,
  };
  build();
  const { benchStream } = await import("./stream.ts");
  await benchStream(options);
} else if (name === "accounts") {
  const options = { seed, accounts: count("accounts") };
  build();
  const { benchAccounts } = await import("./accounts.ts");
  await benchAccounts(options);
} else {
  console.error(
    `bench: ${name === undefined ? "which one" : `no benchmark ${name}`}? There are: stream, accounts`,
  );
  process.exitCode = 2;
}
