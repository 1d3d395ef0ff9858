// Loaded into the gateway with --import: a CPU profile of its main thread from the first SIGIO to the second. Nothing of
// it is in the plugin.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";

const SAMPLE_US = 2_000;
const folder = process.env["BENCH_PROFILE_FOLDER"];

if (folder !== undefined) {
  const session = new Session();
  session.connect();
  const start = (): void => {
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
    session.post("Profiler.start");
  };
  const stop = (): void => {
    session.post("Profiler.stop", (error, { profile }) => {
      if (error !== null) throw error;
      writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(profile));
    });
  };
  process.once("SIGIO", () => {
    start();
    process.once("SIGIO", stop);
  });
}
