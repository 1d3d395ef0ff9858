/**
 * Builds what the demo needs, then starts it in this terminal:
 *
 *     node scripts/run-demo.ts --say "hello"
 *
 * All arguments go to the demo. Turbo only builds: it would take `--say` for its own, and it gives no stdin.
 */
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

import { shellCall, windows } from "./toolchain/environment.mjs";

const root = join(import.meta.dirname, "..");

if (build()) process.exitCode = await start(process.argv.slice(2));

function build(): boolean {
  process.stderr.write("build      turbo builds the plugin and the simulator …\n");
  const words = ["run", "build", "--filter=@dingtalk-kit/example-demo...", "--output-logs=errors-only"];
  const { status, stdout, stderr, error } = spawnSync(...shellCall("turbo", words), {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    shell: windows,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return true;
  process.stderr.write(
    error === undefined ? `${stdout}${stderr}` : `turbo does not start: ${error.message}\n`,
  );
  process.stderr.write("run-demo: the build failed; what it said is above\n");
  process.exitCode = status ?? 1;
  return false;
}

function start(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, "examples/demo/src/main.ts"), ...args], {
    stdio: "inherit",
  });
  // A terminal sends Ctrl-C to the demo as well; anybody else sends it to this process alone.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
    );
  });
}
