// Writes openclaw.plugin.json, which the host reads before it loads any code. With --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createManifest } from "./plugin-manifest.ts";

const file = join(import.meta.dirname, "..", "openclaw.plugin.json");
const wanted = `${JSON.stringify(createManifest(), undefined, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, wanted);
else if (readFileSync(file, "utf8") !== wanted) {
  console.error(
    "openclaw.plugin.json is not up to date: run `node scripts/manifest.ts` in apps/openclaw-plugin",
  );
  process.exitCode = 1;
}
