import { createTestCa, realNameEnvironment } from "dingtalk-simulator/testing";

import { startChild } from "./child.ts";
import { openLoadGateway } from "./load-gateway.ts";
import { machineLoad, writeResults } from "./results.ts";

export interface AccountsBenchOptions {
  readonly seed: number;
  readonly accounts: number;
}

/** Most of the times that fall into one second. */
function peakPerSecond(timesMs: readonly number[]): number {
  return Math.max(
    0,
    ...timesMs.map((startMs) => timesMs.filter((atMs) => atMs >= startMs && atMs < startMs + 1_000).length),
  );
}

const kibibytes = (bytes: number): number => Math.round(bytes / 1_024);

/** Many accounts in one process: how they start, and what each one keeps. */
export async function benchAccounts(options: AccountsBenchOptions): Promise<void> {
  const { accounts, seed } = options;
  const loadBefore = machineLoad();
  await using stack = new AsyncDisposableStack();
  const ca = stack.use(await createTestCa());
  const gateway = stack.use(await openLoadGateway(ca.tls));
  const env = realNameEnvironment(gateway, ca);
  const none = stack.use(startChild("accounts", { env, args: ["1"] }));
  await gateway.socketOf("account0");
  const startedAtMs = performance.now();
  const one = { heapBytes: await none.ask("heapBytes"), rssBytes: await none.ask("rssBytes") };
  const opensBefore = gateway.opensAtMs.length;
  const many = stack.use(startChild("accounts", { env, args: [String(accounts + 1)] }));
  for (let index = 1; index <= accounts; index += 1) await gateway.socketOf(`account${index}`);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const all = { heapBytes: await many.ask("heapBytes"), rssBytes: await many.ask("rssBytes") };
  const row = {
    accounts,
    connected: gateway.sockets - 2,
    secondsUntilConnected: Math.round(seconds * 10) / 10,
    opensPerSecondPeak: peakPerSecond(gateway.opensAtMs.slice(opensBefore)),
    heapKiBPerAccount: kibibytes((all.heapBytes - one.heapBytes) / accounts),
    rssKiBPerAccount: kibibytes((all.rssBytes - one.rssBytes) / accounts),
  };
  console.log(
    [
      `accounts               ${row.accounts}`,
      `connected              ${row.connected}`,
      `until all connected    ${row.secondsUntilConnected} s`,
      `opens per second, peak ${row.opensPerSecondPeak}`,
      `memory per account     ${row.heapKiBPerAccount} KiB heap, ${row.rssKiBPerAccount} KiB RSS`,
    ].join("\n"),
  );
  console.log(`\nwritten to ${writeResults("accounts", { seed, loadBefore, options, rows: [row] })}`);
}
