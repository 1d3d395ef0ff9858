import { createTestCa, realNameEnvironment } from "dingtalk-simulator/testing";

import { createFrameWriter } from "./callback-frame.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { openLoadGateway } from "./load-gateway.ts";
import type { LoadSocket } from "./load-gateway.ts";
import { runLoad } from "./load.ts";
import type { Load, LoadResult } from "./load.ts";
import { createRandom } from "./random.ts";
import { quantile } from "./table.ts";
import { CLIENTS } from "./stream-clients.ts";
import type { ClientName } from "./stream-clients.ts";

export interface StreamBenchOptions {
  readonly seed: number;
  /** How often all three processes are started anew: no two of them run the same machine code. */
  readonly starts: number;
  /** Rounds after each start. */
  readonly rounds: number;
  /** Callbacks of a window-64 run; the other runs get a share of it. */
  readonly callbacks: number;
  /** Folder for CPU profiles. */
  readonly profileIn?: string | undefined;
}

/** What one client did in one round under one load. */
export interface Sample {
  readonly client: ClientName;
  readonly load: string;
  readonly callbacksPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** The same for the runs that took turns with each other. */
  readonly round: number;
  readonly cpuMsPer10k: number;
  readonly rssBytes: number;
}

/** Callbacks that each process handles before it counts: its compilers need so many to settle. */
const WARM_UP_CALLBACKS = 60_000;

export const loadsOf = (callbacks: number): Readonly<Record<string, Load>> => ({
  "window 64": { kind: "window", window: 64, callbacks },
  "window 1": { kind: "window", window: 1, callbacks: Math.ceil(callbacks / 6) },
  "1000/s": { kind: "rate", perSecond: 1_000, callbacks: Math.ceil(callbacks / 10) },
});

/** Runs of one load in a round. */
const SLICES = 10;

interface Slice extends LoadResult {
  readonly cpuMs: number;
}

function joined(
  slices: readonly Slice[],
): Pick<Sample, "callbacksPerSecond" | "ackP50Ms" | "ackP99Ms" | "cpuMsPer10k"> {
  const ackMs = slices.flatMap((slice) => slice.ackMs);
  const total = (key: "seconds" | "cpuMs"): number => slices.reduce((sum, slice) => sum + slice[key], 0);
  return {
    callbacksPerSecond: ackMs.length / total("seconds"),
    ackP50Ms: quantile(ackMs, 0.5),
    ackP99Ms: quantile(ackMs, 0.99),
    cpuMsPer10k: (total("cpuMs") / ackMs.length) * 10_000,
  };
}

interface Rig {
  readonly client: ClientName;
  readonly child: Child;
  readonly socket: LoadSocket;
}

type RunRound = (rigs: readonly Rig[], callbacks: number) => Promise<Omit<Sample, "round">[]>;

/** Runs every load on every rig, slice by slice in an order of its own: what disturbs the machine meets all alike. */
function createRoundRunner(seed: number): RunRound {
  const random = createRandom(seed);
  const write = createFrameWriter("帮我看一下今天的部署有没有问题, please");
  let firstId = 1;
  const runSlice = async ({ child, socket }: Rig, plan: Load): Promise<Slice> => {
    const before = await child.ask("cpuMs");
    const result = await runLoad(socket, plan, write, firstId);
    firstId += plan.callbacks;
    return { ...result, cpuMs: (await child.ask("cpuMs")) - before };
  };
  return async (rigs, callbacks) => {
    const samples: Omit<Sample, "round">[] = [];
    for (const [load, plan] of Object.entries(loadsOf(callbacks / SLICES))) {
      const slices = new Map<Rig, Slice[]>(rigs.map((rig) => [rig, []]));
      for (let slice = 0; slice < SLICES; slice += 1) {
        for (const rig of rigs.toSorted(() => random() - 0.5)) {
          slices.get(rig)?.push(await runSlice(rig, plan));
        }
      }
      for (const [{ client, child }, own] of slices) {
        samples.push({ client, load, rssBytes: await child.ask("rssBytes"), ...joined(own) });
      }
    }
    return samples;
  };
}

/** All rounds of all starts. */
export async function measureStream(options: StreamBenchOptions): Promise<Sample[]> {
  const { starts, rounds, callbacks, profileIn } = options;
  await using outer = new AsyncDisposableStack();
  const ca = outer.use(await createTestCa());
  const runRound = createRoundRunner(options.seed);
  const samples: Sample[] = [];
  for (let start = 1; start <= starts; start += 1) {
    await using stack = new AsyncDisposableStack();
    const gateway = stack.use(await openLoadGateway(ca.tls));
    const env = realNameEnvironment(gateway, ca);
    const rigs: Rig[] = [];
    for (const client of CLIENTS) {
      const child = stack.use(startChild(client, { env, profileIn }));
      rigs.push({ client, child, socket: await gateway.socketOf(client) });
    }
    await runRound(rigs, WARM_UP_CALLBACKS);
    for (let index = 0; index < rounds; index += 1) {
      const round = (start - 1) * rounds + index;
      for (const sample of await runRound(rigs, callbacks)) samples.push({ ...sample, round });
    }
    process.stderr.write(`start ${start} of ${starts} measured\n`);
  }
  return samples;
}
