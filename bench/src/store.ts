import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { PhaseResult } from "./phase.ts";
import { createRandom } from "./random.ts";
import { machineLoad, writeResults } from "./results.ts";
import { formatTable, median } from "./table.ts";

const QUEUES = {
  kit: "@dingtalk-kit/store",
  bare: "node:sqlite on the main thread",
} as const;
type QueueName = keyof typeof QUEUES;

export interface StoreBenchOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Messages that are appended 64 at a time; the other phases take a share of it. */
  readonly messages: number;
  /** Where the files are written while it runs: what is measured is the disk below it. */
  readonly folder: string;
}

/** What one process of `clients/store.ts` has measured. */
export interface QueueRun {
  readonly phases: Readonly<Record<string, PhaseResult>>;
  /** Of the process with the open queue, before and after. */
  readonly restRssBytes: number;
  readonly rssBytes: number;
}

interface Row extends PhaseResult {
  readonly queue: QueueName;
  readonly title: string;
  readonly phase: string;
  readonly restRssMiB: number;
  readonly rssMiB: number;
}

const program = fileURLToPath(new URL("clients/store.ts", import.meta.url));

async function runOnce(queue: QueueName, { folder, messages }: StoreBenchOptions): Promise<QueueRun> {
  const place = mkdtempSync(join(folder, "bench-store-"));
  try {
    const words = ["--expose-gc", program, queue, place, String(messages)];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    return JSON.parse(stdout);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Medians over the rounds. */
function summarize(runs: Readonly<Record<QueueName, readonly QueueRun[]>>): Row[] {
  return Object.keys(runs.kit[0]?.phases ?? {}).flatMap((phase) =>
    (["kit", "bare"] as const).map((queue) => {
      const results = runs[queue].flatMap(({ phases }) => phases[phase] ?? []);
      return {
        phase,
        queue,
        title: QUEUES[queue],
        perSecond: median(results.map(({ perSecond }) => perSecond)),
        p50Ms: median(results.map(({ p50Ms }) => p50Ms)),
        p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
        mainThreadBusy: median(results.map(({ mainThreadBusy }) => mainThreadBusy)),
        restRssMiB: median(runs[queue].map(({ restRssBytes }) => restRssBytes)) / 2 ** 20,
        rssMiB: median(runs[queue].map(({ rssBytes }) => rssBytes)) / 2 ** 20,
      };
    }),
  );
}

/** The store beside the barest durable queue, in turns, each run in a process and a file of its own. */
export async function benchStore(options: StoreBenchOptions): Promise<void> {
  const loadBefore = machineLoad();
  const random = createRandom(options.seed);
  const runs: Record<QueueName, QueueRun[]> = { kit: [], bare: [] };
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const queue of (["kit", "bare"] as const).toSorted(() => random() - 0.5))
      runs[queue].push(await runOnce(queue, options));
    process.stderr.write(`round ${round} of ${options.rounds}\n`);
  }
  const rows = summarize(runs);
  console.log(
    formatTable(rows, [
      { head: "calls", cell: ({ phase }) => phase },
      { head: "of", cell: ({ title }) => title },
      { head: "per second", cell: ({ perSecond }) => perSecond.toFixed(0) },
      { head: "p50 ms", cell: ({ p50Ms }) => p50Ms.toFixed(2) },
      { head: "p99 ms", cell: ({ p99Ms }) => p99Ms.toFixed(2) },
      { head: "main thread busy", cell: (row) => `${(row.mainThreadBusy * 100).toFixed(0)} %` },
      { head: "RSS MiB, before", cell: ({ restRssMiB }) => restRssMiB.toFixed(0) },
      { head: "after", cell: ({ rssMiB }) => rssMiB.toFixed(0) },
    ]),
  );
  const { seed } = options;
  console.log(`\nwritten to ${writeResults("store", { seed, loadBefore, options, rows })}`);
}
