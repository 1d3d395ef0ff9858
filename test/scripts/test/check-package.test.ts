import { describe, expect, test } from "vitest";

import { findProblems, hasTypes } from "../../../scripts/check-package.ts";
import { workspaceRoot } from "../../../scripts/pack.ts";
import type { Manifest } from "../../../scripts/pack.ts";

const good = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "src/index.ts"];

function problems(files: readonly string[], manifest: Partial<Manifest> = {}, text = "short"): string[] {
  const tarball = { path: "a.tgz", manifest: { name: "a", version: "1.0.0", ...manifest }, files };
  return findProblems(tarball, () => text);
}

describe("findProblems", () => {
  test("is content with what users need", () => {
    expect(problems([...good, "dist/index.js.map", "dist/index.d.ts.map"])).toEqual([]);
  });

  test.each(["README.md", "LICENSE"])("misses %s", (file) => {
    expect(problems(good.filter((name) => name !== file))).toEqual([`has no ${file}`]);
  });

  test.each([
    "dist/.tsbuildinfo",
    "src/a.test.ts",
    "test/a.ts",
    "dist/renamed.js",
    ".env",
    "test-results.json",
  ])("refuses %s", (file) => {
    expect(problems([...good, file])).toEqual([`${file} does not belong in it`]);
  });

  test.each(["workspace:^", "catalog:", "link:../a", "file:a.tgz"])("refuses a dependency as %s", (range) => {
    expect(problems(good, { dependencies: { b: range } })).toEqual([
      `depends on b as "${range}", which no user can install`,
    ]);
  });

  test("refuses paths of this machine", () => {
    expect(problems(["README.md", "LICENSE"], {}, `at ${workspaceRoot}/src`)).toHaveLength(2);
  });

  test("refuses a README that nobody reads to the end", () => {
    expect(problems(["README.md", "LICENSE"], {}, "line\n".repeat(121))).toEqual([
      "README.md is longer than 120 lines",
    ]);
  });
});

test("a package without types has nothing for attw to check", () => {
  const base = { name: "a", version: "1.0.0" };
  expect(
    hasTypes({ ...base, exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } }),
  ).toBe(true);
  expect(hasTypes({ ...base, exports: { "./package.json": "./package.json" } })).toBe(false);
  expect(hasTypes(base)).toBe(false);
});
