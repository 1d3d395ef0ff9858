/**
 * Runs everything but the tests, one check after the other, and ends with `N passed, N failed`:
 *
 *     pnpm check            what every commit must pass
 *     pnpm check --all      also what takes the registry: the packed packages, used as newcomers use them
 *     pnpm check lint types
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { workspaceRoot } from "./pack.ts";
import { checkResultsFile, formatCounts } from "./test-summary.ts";
import type { CheckResults } from "./test-summary.ts";
import { shellCall, windows } from "./toolchain/environment.mjs";

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...words: string[]];
  /** Needs the npm registry, or more than a minute. */
  readonly slow?: boolean;
}

/** Built first, because types and type-aware lint of one package read the built types of another. */
const checks: readonly Check[] = [
  { name: "build", command: ["turbo", "run", "build", "--output-logs=errors-only"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "types", command: ["tsc", "-b", "tsconfig.json"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings", "."] },
  { name: "versions", command: ["sherif"] },
  { name: "unused", command: ["knip"] },
  { name: "checklist", command: ["node", "scripts/requirements.ts"] },
  { name: "packages", command: ["turbo", "run", "check:package", "--continue", "--output-logs=new-only"] },
  { name: "tarballs", command: ["node", "scripts/try-tarballs.ts"], slow: true },
  { name: "footprint", command: ["node", "scripts/plugin-footprint.ts"], slow: true },
  { name: "release", command: ["node", "scripts/try-release.ts"], slow: true },
  { name: "publish", command: ["pnpm", "-r", "publish", "--dry-run", "--no-git-checks"], slow: true },
];

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "boolean", default: false } },
});
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `run-checks: no such check: ${unknown.join(", ")}; there are ${checks.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const chosen = checks.filter(({ name, slow }) =>
  names.length > 0 ? names.includes(name) : options.all || slow !== true,
);
const failures = chosen.filter((check) => !passes(check)).map(({ name }) => name);
const results: CheckResults = { passed: chosen.length - failures.length, failed: failures.length, failures };
writeFileSync(join(workspaceRoot, checkResultsFile), JSON.stringify(results));
console.log("");
if (failures.length > 0) console.log(`failed checks: ${failures.join(", ")}`);
console.log(formatCounts({ ...results, skipped: 0 }));
if (failures.length > 0) process.exitCode = 1;

function passes({ name, command: [program, ...words] }: Check): boolean {
  console.log(`\n=== ${name}: ${[program, ...words].join(" ")}`);
  const startedAtMs = performance.now();
  const { status } = spawnSync(...shellCall(program, words), {
    cwd: workspaceRoot,
    stdio: ["ignore", "inherit", "inherit"],
    shell: windows,
  });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`--- ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  return status === 0;
}
