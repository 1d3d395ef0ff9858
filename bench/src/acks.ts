import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import { createTestCa, realNameEnvironment } from "dingtalk-simulator/testing";

import { createFrameWriter } from "./callback-frame.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { openLoadGateway } from "./load-gateway.ts";
import type { LoadSocket } from "./load-gateway.ts";
import { runLoad } from "./load.ts";
import { createRandom } from "./random.ts";
import { machineLoad, writeResults } from "./results.ts";
import { formatTable, median, quantile } from "./table.ts";

const CLIENTS = {
  "at once": "acknowledged at once",
  kept: "acknowledged when on disk",
  worked: "the same, claimed and finished beside it",
} as const;
type ClientName = keyof typeof CLIENTS;
const NAMES: readonly ClientName[] = ["at once", "kept", "worked"];
const WINDOWS = [1, 64] as const;

export interface AcksBenchOptions {
  readonly seed: number;
  readonly rounds: number;
  /** A third of it for each run with window 64, a thirtieth with window 1: disks are slower than sockets. */
  readonly callbacks: number;
  /** Where the files are written while it runs: what is measured is the disk below it. */
  readonly folder: string;
}

interface Measured {
  readonly callbacksPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly cpuMsPer10k: number;
}

interface Sample extends Measured {
  readonly client: ClientName;
  readonly window: number;
}

interface Row extends Sample {
  readonly title: string;
  /** Added to the median by waiting for the disk. */
  readonly addedP50Ms: number;
  readonly rssMiB: number;
}

interface Rig {
  readonly child: Child;
  readonly socket: LoadSocket;
}

async function measure(rigs: ReadonlyMap<ClientName, Rig>, options: AcksBenchOptions): Promise<Sample[]> {
  const random = createRandom(options.seed);
  const write = createFrameWriter("帮我看一下今天的部署有没有问题, please");
  const samples: Sample[] = [];
  let firstId = 1;
  // The first round warms the compilers up and is not counted.
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const window of WINDOWS) {
      const callbacks = Math.ceil(options.callbacks / (window === 1 ? 30 : 3));
      for (const [client, { child, socket }] of [...rigs].toSorted(() => random() - 0.5)) {
        const before = await child.ask("cpuMs");
        const { seconds, ackMs } = await runLoad(
          socket,
          { kind: "window", window, callbacks },
          write,
          firstId,
        );
        const cpuMs = (await child.ask("cpuMs")) - before;
        firstId += callbacks;
        if (round === 0) continue;
        samples.push({
          client,
          window,
          cpuMsPer10k: (cpuMs / callbacks) * 10_000,
          callbacksPerSecond: callbacks / seconds,
          ackP50Ms: quantile(ackMs, 0.5),
          ackP99Ms: quantile(ackMs, 0.99),
        });
      }
    }
    process.stderr.write(round === 0 ? "warmed up\n" : `round ${round} of ${options.rounds}\n`);
  }
  return samples;
}

/** Medians over the rounds. */
function summarize(samples: readonly Sample[], rss: ReadonlyMap<ClientName, number>): Row[] {
  return WINDOWS.flatMap((window) => {
    const of = (client: ClientName, key: keyof Measured): number =>
      median(samples.filter((s) => s.client === client && s.window === window).map((s) => s[key]));
    return NAMES.map((client) => ({
      client,
      title: CLIENTS[client],
      window,
      callbacksPerSecond: of(client, "callbacksPerSecond"),
      ackP50Ms: of(client, "ackP50Ms"),
      ackP99Ms: of(client, "ackP99Ms"),
      addedP50Ms: of(client, "ackP50Ms") - of("at once", "ackP50Ms"),
      cpuMsPer10k: of(client, "cpuMsPer10k"),
      rssMiB: (rss.get(client) ?? Number.NaN) / 2 ** 20,
    }));
  });
}

/** The Stream client with and without the disk before the ack, in turns against one gateway, each in its own process. */
export async function benchAcks(options: AcksBenchOptions): Promise<void> {
  const loadBefore = machineLoad();
  await using stack = new AsyncDisposableStack();
  const place = mkdtempSync(join(options.folder, "bench-acks-"));
  stack.defer(() => rmSync(place, { recursive: true, force: true }));
  const ca = stack.use(await createTestCa());
  const gateway = stack.use(await openLoadGateway(ca.tls));
  const rigs = new Map<ClientName, Rig>();
  for (const client of NAMES) {
    const child = stack.use(
      startChild("acks", { env: realNameEnvironment(gateway, ca), args: [client, place] }),
    );
    rigs.set(client, { child, socket: await gateway.socketOf(client) });
  }
  const samples = await measure(rigs, options);
  const rss = new Map<ClientName, number>();
  for (const [client, { child }] of rigs) rss.set(client, await child.ask("rssBytes"));
  const rows = summarize(samples, rss);
  console.log(
    formatTable(rows, [
      { head: "callbacks are", cell: ({ title }) => title },
      { head: "window", cell: ({ window }) => String(window) },
      { head: "callbacks/s", cell: (row) => row.callbacksPerSecond.toFixed(0) },
      { head: "ack p50 ms", cell: ({ ackP50Ms }) => ackP50Ms.toFixed(2) },
      { head: "ack p99 ms", cell: ({ ackP99Ms }) => ackP99Ms.toFixed(2) },
      { head: "added to p50", cell: ({ addedP50Ms }) => addedP50Ms.toFixed(2) },
      { head: "CPU ms per 10,000", cell: ({ cpuMsPer10k }) => cpuMsPer10k.toFixed(0) },
      { head: "RSS MiB", cell: ({ rssMiB }) => rssMiB.toFixed(0) },
    ]),
  );
  const { seed } = options;
  console.log(`\nwritten to ${writeResults("acks", { seed, loadBefore, options, rows })}`);
}
