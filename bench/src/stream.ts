import { createTestCa, realNameEnvironment } from "dingtalk-simulator/testing";

import { createFrameWriter } from "./callback-frame.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { openLoadGateway } from "./load-gateway.ts";
import type { LoadSocket } from "./load-gateway.ts";
import { runLoad } from "./load.ts";
import type { Load, LoadResult } from "./load.ts";
import { createRandom } from "./random.ts";
import { machineLoad, writeResults } from "./results.ts";
import { formatTable, median } from "./table.ts";

const CLIENTS = ["kit", "sdk", "bare"] as const;
type ClientName = (typeof CLIENTS)[number];

const TITLES: Readonly<Record<ClientName, string>> = {
  kit: "@dingtalk-kit/stream",
  sdk: "dingtalk-stream, JSON.parse(data)",
  bare: "ws, parses and acks",
};

export interface StreamBenchOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Callbacks of each window-64 run; the other runs get a share of it. */
  readonly callbacks: number;
}

interface Sample extends LoadResult {
  readonly client: ClientName;
  readonly load: string;
  readonly cpuMsPer10k: number;
}

interface Row extends Sample {
  readonly title: string;
  /** CPU in relation to the official SDK's in the same run. */
  readonly cpuToSdk: number;
  readonly rssMiB: number;
  readonly callbacks: number;
}

const loadsOf = (callbacks: number): Readonly<Record<string, Load>> => ({
  "window 64": { kind: "window", window: 64, callbacks },
  "window 1": { kind: "window", window: 1, callbacks: Math.ceil(callbacks / 6) },
  "1000/s": { kind: "rate", perSecond: 1_000, callbacks: Math.ceil(callbacks / 12) },
});

interface Rig {
  readonly child: Child;
  readonly socket: LoadSocket;
}

async function measure(rigs: ReadonlyMap<ClientName, Rig>, options: StreamBenchOptions): Promise<Sample[]> {
  const random = createRandom(options.seed);
  const write = createFrameWriter("帮我看一下今天的部署有没有问题, please");
  const samples: Sample[] = [];
  let firstId = 1;
  const loads = Object.entries(loadsOf(options.callbacks));
  // The first round warms the compilers up and is not counted.
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [load, plan] of loads) {
      for (const client of CLIENTS.toSorted(() => random() - 0.5)) {
        const rig = rigs.get(client);
        if (rig === undefined) continue;
        const before = await rig.child.ask("usage");
        const result = await runLoad(rig.socket, plan, write, firstId);
        const after = await rig.child.ask("usage");
        firstId += plan.callbacks;
        const cpuMsPer10k = ((after.cpuMs - before.cpuMs) / plan.callbacks) * 10_000;
        if (round > 0) samples.push({ client, load, cpuMsPer10k, ...result });
      }
    }
    process.stderr.write(round === 0 ? "warmed up\n" : `round ${round} of ${options.rounds}\n`);
  }
  return samples;
}

/** Medians over the rounds. */
function summarize(
  samples: readonly Sample[],
  rss: ReadonlyMap<ClientName, number>,
  callbacks: number,
): Row[] {
  const loads = Object.entries(loadsOf(callbacks));
  return loads.flatMap(([load, plan]) => {
    const of = (client: ClientName, key: keyof LoadResult | "cpuMsPer10k"): number =>
      median(samples.filter((sample) => sample.client === client && sample.load === load).map((s) => s[key]));
    return CLIENTS.map((client) => ({
      client,
      title: TITLES[client],
      load,
      callbacks: plan.callbacks,
      callbacksPerSecond: of(client, "callbacksPerSecond"),
      ackP50Ms: of(client, "ackP50Ms"),
      ackP99Ms: of(client, "ackP99Ms"),
      cpuMsPer10k: of(client, "cpuMsPer10k"),
      cpuToSdk: of(client, "cpuMsPer10k") / of("sdk", "cpuMsPer10k"),
      rssMiB: (rss.get(client) ?? Number.NaN) / 2 ** 20,
    }));
  });
}

/** Our client, the official SDK and a bare socket, in turns against one gateway, each in a process of its own. */
export async function benchStream(options: StreamBenchOptions): Promise<void> {
  const loadBefore = machineLoad();
  await using stack = new AsyncDisposableStack();
  const ca = stack.use(await createTestCa());
  const gateway = stack.use(await openLoadGateway(ca.tls));
  const rigs = new Map<ClientName, Rig>();
  for (const client of CLIENTS) {
    const child = stack.use(startChild(client, realNameEnvironment(gateway, ca)));
    rigs.set(client, { child, socket: await gateway.socketOf(client) });
  }
  const samples = await measure(rigs, options);
  const rss = new Map<ClientName, number>();
  for (const [client, { child }] of rigs) rss.set(client, (await child.ask("usage")).rssBytes);
  const rows = summarize(samples, rss, options.callbacks);
  console.log(
    formatTable(rows, [
      { head: "client", cell: ({ title }) => title },
      { head: "load", cell: ({ load }) => load },
      { head: "callbacks/s", cell: (row) => row.callbacksPerSecond.toFixed(0) },
      { head: "ack p50 ms", cell: ({ ackP50Ms }) => ackP50Ms.toFixed(2) },
      { head: "ack p99 ms", cell: ({ ackP99Ms }) => ackP99Ms.toFixed(2) },
      { head: "CPU ms per 10,000", cell: ({ cpuMsPer10k }) => cpuMsPer10k.toFixed(0) },
      { head: "CPU : SDK", cell: ({ cpuToSdk }) => cpuToSdk.toFixed(2) },
      { head: "RSS MiB", cell: ({ rssMiB }) => rssMiB.toFixed(0) },
    ]),
  );
  const { seed } = options;
  console.log(`\nwritten to ${writeResults("stream", { seed, loadBefore, options, rows })}`);
}
