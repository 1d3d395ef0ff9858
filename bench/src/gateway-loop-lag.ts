// Loaded into the gateway with --import: writes how long its event loop was held up, on SIGUSR2. Nothing of it is in the
// plugin.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;
/** The histogram holds the whole interval between two looks; what is above the resolution is lag. */
const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
const folder = process.env["BENCH_LOOP_LAG_FOLDER"];

if (folder !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on("SIGUSR2", () => {
    const text = JSON.stringify({
      p50: lag(delay.percentile(50)),
      p99: lag(delay.percentile(99)),
      max: lag(delay.max),
    });
    delay.reset();
    const file = join(folder, `lag-${process.pid}.json`);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  });
}
