// Writes docs/configuration.md from the list of keys. With --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { referencePage } from "@dingtalk-kit/config";

const file = join(import.meta.dirname, "..", "..", "..", "docs", "configuration.md");

if (!process.argv.includes("--check")) writeFileSync(file, referencePage());
else if (readFileSync(file, "utf8") !== referencePage()) {
  console.error("docs/configuration.md is not up to date: run `pnpm reference` in packages/config");
  process.exitCode = 1;
}
