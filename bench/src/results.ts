import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

function git(...words: string[]): string {
  try {
    return execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function versionOf(name: string): string {
  // Not every package exports its manifest: look beside its code.
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: { readonly version?: unknown } = JSON.parse(
        readFileSync(join(folder, name, "package.json"), "utf8"),
      );
      return String(manifest.version);
    } catch {
      // Not in this folder.
    }
  }
  return "unknown";
}

/** Averages of the run queue over 1, 5 and 15 minutes. */
export function machineLoad(): readonly number[] {
  return loadavg().map((load) => Math.round(load * 100) / 100);
}

export interface Measured {
  readonly seed: number;
  readonly loadBefore: readonly number[];
  readonly options: object;
  readonly rows: readonly object[];
}

/** Writes `bench/results/<name>.json`: what was measured, of what, and where. @returns its path in the workspace */
export function writeResults(name: string, measured: Measured): string {
  const { seed, loadBefore, options, rows } = measured;
  const result = {
    bench: name,
    measuredAt: new Date().toISOString(),
    seed,
    commit: git("rev-parse", "HEAD"),
    uncommittedChanges: git("status", "--porcelain") !== "",
    versions: {
      node: process.version,
      "dingtalk-stream": versionOf("dingtalk-stream"),
      ws: versionOf("ws"),
    },
    machine: {
      processors: availableParallelism(),
      model: cpus()[0]?.model.trim(),
      memoryBytes: totalmem(),
      loadBefore,
      loadAfter: machineLoad(),
    },
    options,
    rows,
  };
  mkdirSync(join(root, "bench/results"), { recursive: true });
  const file = `bench/results/${name}.json`;
  writeFileSync(join(root, file), `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}
