/**
 * Adds up what vitest wrote into the packages' result files:
 *
 *     node scripts/test-summary.ts test test:gateway --checks --failed-run test
 *
 * Only whole runs are trusted: a suite without a result file, or without a test, counts as one failure. `--checks`
 * adds the results of run-checks.ts; `--failed-run` says that a suite's command failed, whatever its files tell.
 */
import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** The suites a package may have, as npm scripts, and the file where each leaves its results. */
export const resultFiles = {
  test: "test-results.json",
  "test:gateway": "test-results.gateway.json",
  "test:long": "test-results.long.json",
} as const;

export type Suite = keyof typeof resultFiles;

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface SuiteResult extends Counts {
  readonly folder: string;
  readonly suite: Suite;
  /** Why more failed than the tests themselves, one sentence each. */
  readonly problems: readonly string[];
}

/** Where run-checks.ts leaves its counts, in the workspace's root. */
export const checkResultsFile = "test-results.checks.json";

export interface CheckResults {
  readonly passed: number;
  readonly failed: number;
  /** Names of the failed checks. */
  readonly failures: readonly string[];
}

/** What this script reads of vitest's JSON report. */
interface VitestReport {
  success: boolean;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

export function isSuite(task: string): task is Suite {
  return task in resultFiles;
}

/** The workspace folders that have the suite, sorted; relative to the root. */
export function foldersWithSuite(root: string, suite: Suite): string[] {
  return globSync("{packages,apps,examples,test}/*/package.json", { cwd: root })
    .filter((manifest) => suite in (readManifest(join(root, manifest)).scripts ?? {}))
    .map((manifest) => dirname(manifest))
    .toSorted();
}

/** Removes old result files, so that a suite which never starts cannot pass with yesterday's results. */
export function forgetResults(root: string, suite: Suite): void {
  for (const folder of foldersWithSuite(root, suite)) {
    rmSync(join(root, folder, resultFiles[suite]), { force: true });
  }
}

export function readSuiteResults(root: string, suite: Suite, folders: readonly string[]): SuiteResult[] {
  return folders.map((folder) => {
    const text = readIfThere(join(root, folder, resultFiles[suite]));
    return { folder, suite, ...countReport(text) };
  });
}

/** Counts one vitest report; `undefined` stands for a report that was never written. */
export function countReport(text: string | undefined): Counts & { problems: string[] } {
  const report = text === undefined ? undefined : parseReport(text);
  if (report === undefined) {
    return { passed: 0, failed: 1, skipped: 0, problems: ["no results: the run crashed or did not start"] };
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  for (const file of report.testResults) {
    const before = counts.failed;
    for (const { status } of file.assertionResults) counts[outcome(status)] += 1;
    if (file.status === "failed" && counts.failed === before)
      problems.push(`${file.name} failed outside its tests`);
  }
  if (counts.passed + counts.failed + counts.skipped + problems.length === 0) problems.push("no tests");
  if (!report.success && counts.failed + problems.length === 0) problems.push("an error outside the tests");
  return { ...counts, failed: counts.failed + problems.length, problems };
}

function outcome(status: string): keyof Counts {
  if (status === "passed") return "passed";
  return status === "failed" ? "failed" : "skipped";
}

export function addUp(results: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/** Stands for a run that failed although every test in it passed. */
function brokenRun(suite: Suite): SuiteResult {
  const problems = ["the run failed outside its tests; see its output"];
  return { folder: "(all)", suite, passed: 0, failed: 1, skipped: 0, problems };
}

/** `12 passed, 0 failed`, and `, 3 skipped` when something was. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

export function printResults(results: readonly SuiteResult[]): void {
  const width = Math.max(0, ...results.map(({ folder }) => folder.length));
  for (const result of results) {
    console.log(`${result.folder.padEnd(width)}  ${result.suite}  ${formatCounts(result)}`);
    for (const problem of result.problems) console.log(`${" ".repeat(width)}  ${problem}`);
  }
}

function readCheckResults(root: string): CheckResults & Counts {
  const text = readIfThere(join(root, checkResultsFile));
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0, failures: ["the checks did not run"] };
  const results: CheckResults = JSON.parse(text);
  return { ...results, skipped: 0 };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function parseReport(text: string): VitestReport | undefined {
  try {
    const report: VitestReport = JSON.parse(text);
    return Array.isArray(report.testResults) ? report : undefined;
  } catch {
    return undefined;
  }
}

function readManifest(path: string): { scripts?: Record<string, string> } {
  const manifest: { scripts?: Record<string, string> } = JSON.parse(readFileSync(path, "utf8"));
  return manifest;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      checks: { type: "boolean", default: false },
      "failed-run": { type: "string", multiple: true, default: [] },
    },
  });
  const root = join(import.meta.dirname, "..");
  const results = positionals.filter(isSuite).flatMap((suite) => {
    const suiteResults = readSuiteResults(root, suite, foldersWithSuite(root, suite));
    const failedOutside = values["failed-run"].includes(suite) && addUp(suiteResults).failed === 0;
    return failedOutside ? [...suiteResults, brokenRun(suite)] : suiteResults;
  });
  printResults(results);
  const checks = values.checks ? [readCheckResults(root)] : [];
  for (const { failures, ...counts } of checks) {
    console.log(["checks", formatCounts(counts), ...failures].join("  "));
  }
  const total = addUp([...results, ...checks]);
  console.log(formatCounts(total));
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

if (import.meta.main) main();
