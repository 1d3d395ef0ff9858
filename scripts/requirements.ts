/**
 * Prints where the acceptance checklist stands, and fails when its data and the tests disagree:
 *
 *     pnpm requirements
 *     pnpm --silent requirements --json
 *     pnpm requirements --open D
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { requirements, rowsPerSeed } from "../test/requirements.ts";
import { checkRows } from "./checklist.ts";
import type { Findings, StateCounts } from "./checklist.ts";
import { findRowIds } from "./find-row-ids.ts";
import type { Mention } from "./find-row-ids.ts";
import { workspaceRoot } from "./pack.ts";

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, open: { type: "string" } },
});
const mentions = mentionsInTests();
const findings = checkRows(requirements, rowsPerSeed, mentions);
if (options.open !== undefined) printOpenRows(options.open);
else if (options.json) console.log(JSON.stringify({ ...findings, mentions }, null, 2));
else printFindings(findings);
if (findings.problems.length > 0) process.exitCode = 1;

function mentionsInTests(): Mention[] {
  const files = globSync("{packages,apps,examples,test}/**/*.test.ts", {
    cwd: workspaceRoot,
    exclude: (name) => name === "node_modules" || name === "dist",
  });
  return files
    .toSorted()
    .flatMap((file) =>
      findRowIds(file.replaceAll("\\", "/"), readFileSync(join(workspaceRoot, file), "utf8")),
    );
}

function printFindings({ counts, openByMilestone, problems, provedButOpen }: Findings): void {
  console.log("seed    rows  tested  ruled  open");
  for (const [seed, count] of Object.entries(counts)) {
    const cells = [sum(count), count.tested, count.ruled, count.open];
    console.log(
      seed.padEnd(6) + cells.map((cell, index) => String(cell).padStart([6, 8, 7, 6][index] ?? 6)).join(""),
    );
  }
  const milestones = Object.entries(openByMilestone).map(([milestone, count]) => `${milestone} ${count}`);
  console.log(`open by milestone: ${milestones.join(", ") || "none"}`);
  if (provedButOpen.length > 0) console.log(`to be called tested: ${provedButOpen.join(" ")}`);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? "checklist and tests agree" : `${problems.length} problems`);
}

function printOpenRows(milestone: string): void {
  for (const { id, holds, state } of requirements) {
    if (state.kind !== "open" || state.milestone !== milestone) continue;
    console.log(`${id}  ${holds}`);
    if (state.ruling !== undefined) console.log(`       ruled: ${state.ruling}`);
  }
}

function sum({ tested, ruled, open }: StateCounts): number {
  return tested + ruled + open;
}
