/**
 * Runs one test suite of every package that has it, then adds up the results:
 *
 *     node scripts/run-tests.ts test
 *     node scripts/run-tests.ts test --filter=@dingtalk-kit/stream -- -t "reconnects"
 *
 * What follows the task goes to turbo, and what follows `--` to vitest. The last line is `N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import type { SpawnSyncReturns } from "node:child_process";
import { join } from "node:path";

import {
  addUp,
  foldersWithSuite,
  forgetResults,
  formatCounts,
  isSuite,
  printResults,
  readSuiteResults,
} from "./test-summary.ts";
import type { Suite } from "./test-summary.ts";
import { shellCall, windows } from "./toolchain/environment.mjs";

const root = join(import.meta.dirname, "..");
const [task = "test", ...extra] = process.argv.slice(2);
if (isSuite(task)) runSuite(task);
else {
  console.error(`run-tests: there is no suite "${task}"`);
  process.exitCode = 2;
}

function runSuite(suite: Suite): void {
  forgetResults(root, suite);
  const folders = extra.length === 0 ? foldersWithSuite(root, suite) : foldersInScope(suite);
  const startedAtMs = performance.now();
  const { status } = turbo(
    [suite, "--continue=dependencies-successful", "--output-logs=new-only", ...extra],
    "inherit",
  );
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);

  const results = readSuiteResults(root, suite, folders);
  console.log("");
  printResults(results);
  const total = addUp(results);
  if (status !== 0 && total.failed === 0) {
    console.log("turbo reports a failure outside the tests; see above");
    total.failed += 1;
  }
  console.log(`${suite} took ${seconds} s`);
  console.log(formatCounts(total));
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

/** With a filter only some packages run, and turbo alone knows which. */
function foldersInScope(suite: Suite): string[] {
  const { stdout, status } = turbo([suite, "--dry=json", ...extra], "pipe");
  if (status !== 0) throw new Error(`turbo does not accept: ${extra.join(" ")}`);
  const plan: { tasks: { task: string; directory: string; command: string }[] } = JSON.parse(stdout);
  return plan.tasks
    .filter(({ task: name, command }) => name === suite && command !== "<NONEXISTENT>")
    .map(({ directory }) => directory.replaceAll("\\", "/"))
    .toSorted();
}

function turbo(words: readonly string[], output: "inherit" | "pipe"): SpawnSyncReturns<string> {
  return spawnSync(...shellCall("turbo", ["run", ...words]), {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", output, "inherit"],
    shell: windows,
  });
}
