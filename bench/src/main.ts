/**
 * Measures. Each benchmark prints a table and writes `bench/results/<name>.json`:
 *
 *     pnpm bench stream   [--starts 6] [--rounds 6] [--callbacks 20000] [--profile] [--seed 1]
 *     pnpm bench accounts [--accounts 50]
 *     pnpm bench store    [--rounds 5] [--messages 8000] [--folder FOLDER] [--seed 1]
 *     pnpm bench acks     [--rounds 5] [--callbacks 60000] [--folder FOLDER] [--seed 1]
 *     pnpm bench burst    [--people 100] [--messages 5] [--profile] [--seed 1]
 *     pnpm bench chaos    [--minutes 20] [--seed 1]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { shellCall, windows } from "../../scripts/toolchain/environment.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    starts: { type: "string", default: "6" },
    rounds: { type: "string" },
    callbacks: { type: "string" },
    profile: { type: "boolean", default: false },
    accounts: { type: "string", default: "50" },
    messages: { type: "string" },
    people: { type: "string", default: "100" },
    minutes: { type: "string", default: "20" },
    folder: { type: "string", default: join(import.meta.dirname, "../results") },
    seed: { type: "string", default: "1" },
  },
});

type Count = "starts" | "rounds" | "callbacks" | "accounts" | "messages" | "people" | "minutes" | "seed";

function count(name: Count, fallback?: number): number {
  const value = Number(values[name] ?? fallback);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`bench: --${name} takes a whole number above 0, not ${values[name]}`);
  return process.exit(2);
}

/** Beside the results when none is given: a disk, where the folder for temporary files may be memory. */
function workFolder(): string {
  const { folder } = values;
  mkdirSync(folder, { recursive: true });
  return folder;
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
    rounds: count("rounds", 6),
    callbacks: count("callbacks", 20_000),
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
} else if (name === "store") {
  const options = {
    seed,
    rounds: count("rounds", 5),
    messages: count("messages", 8_000),
    folder: workFolder(),
  };
  build();
  const { benchStore } = await import("./store.ts");
  await benchStore(options);
} else if (name === "acks") {
  const options = {
    seed,
    rounds: count("rounds", 5),
    callbacks: count("callbacks", 60_000),
    folder: workFolder(),
  };
  build();
  const { benchAcks } = await import("./acks.ts");
  await benchAcks(options);
} else if (name === "burst") {
  const options = {
    seed,
    people: count("people"),
    messages: count("messages", 5),
    profileIn: values.profile ? workFolder() : undefined,
  };
  build();
  const { benchBurst } = await import("./burst.ts");
  await benchBurst(options);
} else if (name === "chaos") {
  const options = { seed, minutes: count("minutes") };
  build();
  const { benchChaos } = await import("./chaos.ts");
  await benchChaos(options);
} else {
  console.error(
    `bench: ${name === undefined ? "which one" : `no benchmark ${name}`}? There are: stream, accounts, store, acks, burst, chaos`,
  );
  process.exitCode = 2;
}
