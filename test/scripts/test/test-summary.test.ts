import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../scripts/pack.ts";
import {
  addUp,
  countReport,
  foldersWithSuite,
  forgetResults,
  formatCounts,
  readSuiteResults,
} from "../../../scripts/test-summary.ts";

function report(statuses: readonly string[], file: { status?: string; success?: boolean } = {}): string {
  const assertionResults = statuses.map((status) => ({ status }));
  const status = file.status ?? (statuses.includes("failed") ? "failed" : "passed");
  const success = file.success ?? status === "passed";
  return JSON.stringify({ success, testResults: [{ name: "a.test.ts", status, assertionResults }] });
}

describe("countReport", () => {
  test("counts tests by their outcome", () => {
    const counts = countReport(report(["passed", "passed", "failed", "pending", "todo", "skipped"]));
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 3, problems: [] });
  });

  test("counts a file that does not load as one failure", () => {
    const counts = countReport(report([], { status: "failed" }));
    expect(counts).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      problems: ["a.test.ts failed outside its tests"],
    });
  });

  test("counts an error outside the tests as one failure", () => {
    expect(countReport(report(["passed"], { success: false }))).toMatchObject({ passed: 1, failed: 1 });
  });

  test.each([
    ["a report that was never written", undefined],
    ["a report cut off in the middle", '{"success":true,'],
    ["something else", "{}"],
    ["a report without tests", '{"success":true,"testResults":[]}'],
  ])("counts %s as one failure", (_name, text) => {
    expect(countReport(text)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("a workspace", () => {
  test("expects results of every package with the suite, and forgets old ones", () => {
    using folder = temporaryFolder("summary");
    for (const [name, scripts] of [
      ["packages/a", { test: "x" }],
      ["apps/b", { test: "x" }],
      ["examples/c", {}],
    ] as const) {
      mkdirSync(join(folder.path, name), { recursive: true });
      writeFileSync(join(folder.path, name, "package.json"), JSON.stringify({ scripts }));
      writeFileSync(join(folder.path, name, "test-results.json"), report(["passed"]));
    }
    const folders = foldersWithSuite(folder.path, "test");
    expect(folders).toEqual(["apps/b", "packages/a"]);
    expect(addUp(readSuiteResults(folder.path, "test", folders))).toEqual({
      passed: 2,
      failed: 0,
      skipped: 0,
    });

    forgetResults(folder.path, "test");
    expect(addUp(readSuiteResults(folder.path, "test", folders))).toEqual({
      passed: 0,
      failed: 2,
      skipped: 0,
    });
  });
});

test("the closing line names skipped tests only when there are some", () => {
  expect(formatCounts({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
  expect(formatCounts({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});
