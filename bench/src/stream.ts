import { machineLoad, writeResults } from "./results.ts";
import { CLIENTS, TITLES } from "./stream-clients.ts";
import type { ClientName } from "./stream-clients.ts";
import { loadsOf, measureStream } from "./stream-rounds.ts";
import type { Sample, StreamBenchOptions } from "./stream-rounds.ts";
import { formatTable, median, quantile } from "./table.ts";

interface Row {
  readonly client: ClientName;
  readonly title: string;
  readonly load: string;
  readonly callbacksPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly cpuMsPer10k: number;
  /** CPU in relation to the official SDK's in the same round: the median, and the middle half of all rounds. */
  readonly cpuToSdk: number;
  readonly cpuToSdkQuartiles: readonly [number, number];
  readonly rssMiB: number;
}

/** Medians over the rounds. */
function rowOf(client: ClientName, load: string, samples: readonly Sample[]): Row {
  const ofLoad = samples.filter((sample) => sample.load === load);
  const own = ofLoad.filter((sample) => sample.client === client);
  const sdk = new Map(
    ofLoad
      .filter((sample) => sample.client === "sdk")
      .map(({ round, cpuMsPer10k }) => [round, cpuMsPer10k] as const),
  );
  const ratios = own.map(({ round, cpuMsPer10k }) => cpuMsPer10k / (sdk.get(round) ?? Number.NaN));
  const medianOf = (read: (sample: Sample) => number): number => median(own.map(read));
  return {
    client,
    title: TITLES[client],
    load,
    callbacksPerSecond: medianOf((sample) => sample.callbacksPerSecond),
    ackP50Ms: medianOf((sample) => sample.ackP50Ms),
    ackP99Ms: medianOf((sample) => sample.ackP99Ms),
    cpuMsPer10k: medianOf((sample) => sample.cpuMsPer10k),
    cpuToSdk: median(ratios),
    cpuToSdkQuartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    rssMiB: medianOf((sample) => sample.rssBytes) / 2 ** 20,
  };
}

/** Our client, the official SDK and a bare socket, in turns against one gateway, each in a process of its own. */
export async function benchStream(options: StreamBenchOptions): Promise<void> {
  const loadBefore = machineLoad();
  const samples = await measureStream(options);
  const rows = Object.keys(loadsOf(options.callbacks)).flatMap((load) =>
    CLIENTS.map((client) => rowOf(client, load, samples)),
  );
  console.log(
    formatTable(rows, [
      { head: "client", cell: ({ title }) => title },
      { head: "load", cell: ({ load }) => load },
      { head: "callbacks/s", cell: (row) => row.callbacksPerSecond.toFixed(0) },
      { head: "ack p50 ms", cell: ({ ackP50Ms }) => ackP50Ms.toFixed(2) },
      { head: "ack p99 ms", cell: ({ ackP99Ms }) => ackP99Ms.toFixed(2) },
      { head: "CPU ms per 10,000", cell: ({ cpuMsPer10k }) => cpuMsPer10k.toFixed(0) },
      { head: "CPU : SDK", cell: ({ cpuToSdk }) => cpuToSdk.toFixed(2) },
      {
        head: "middle half",
        cell: ({ cpuToSdkQuartiles }) => cpuToSdkQuartiles.map((ratio) => ratio.toFixed(2)).join("–"),
      },
      { head: "RSS MiB", cell: ({ rssMiB }) => rssMiB.toFixed(0) },
    ]),
  );
  const { seed } = options;
  console.log(`\nwritten to ${writeResults("stream", { seed, loadBefore, options, rows })}`);
}
