import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ACCOUNT_KEYS, GROUP_KEYS, keysTable, referencePage } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

test("docs/configuration.md is what scripts/reference.ts writes", () => {
  const file = join(import.meta.dirname, "..", "..", "..", "docs", "configuration.md");
  expect(readFileSync(file, "utf8")).toBe(referencePage());
});

test("explains every key", () => {
  for (const key of ACCOUNT_KEYS) expect(referencePage()).toContain(`\n| \`${key}\` | `);
  for (const key of GROUP_KEYS) expect(referencePage()).toContain(`\n| \`groups.*.${key}\` | `);
});

test("gives READMEs the keys that most people need", () => {
  expect(keysTable()).toContain("| `clientId` |");
  expect(keysTable()).not.toContain("| `reconnectJitter` |");
  expect(keysTable()).not.toContain("*Not in this version.*");
});
