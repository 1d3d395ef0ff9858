import { readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "vitest";

const dist = join(import.meta.dirname, "..", "dist");
const files = readdirSync(dist).filter((file) => file.endsWith(".js"));
const source = files.map((file) => readFileSync(join(dist, file), "utf8")).join("\n");

/** `from "x"`, `import "x"`, `import("x")` and `require("x")` at the start of a statement or an expression. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"\n]+)"/g;
// Natives that ws tries inside try/catch and does without.
const OPTIONAL = new Set(["bufferutil", "utf-8-validate"]);

test("has the entries, and the file that the host needs to resolve SecretRefs", async () => {
  expect(files).toEqual(expect.arrayContaining(["index.js", "setup-entry.js", "secret-contract-api.js"]));
  const contract: unknown = await import(pathToFileURL(join(dist, "secret-contract-api.js")).href);
  expect(contract).toMatchObject({
    collectRuntimeConfigAssignments: expect.any(Function),
    secretTargetRegistryEntries: expect.any(Array),
  });
});

test("imports nothing but Node and the host", () => {
  const foreign = [...source.matchAll(IMPORT)]
    .map(([, specifier]) => specifier ?? "")
    .filter((specifier) => !isBuiltin(specifier) && !/^openclaw\/|^\.{1,2}\//.test(specifier));
  expect(foreign.filter((specifier) => !OPTIONAL.has(specifier))).toEqual([]);
});

test("starts no child processes", () => {
  expect(source).not.toMatch(/child_process/);
});

test("holds less than 3 MB", () => {
  const bytes = readdirSync(dist).reduce((sum, file) => sum + statSync(join(dist, file)).size, 0);
  expect(bytes).toBeLessThan(3_000_000);
});
