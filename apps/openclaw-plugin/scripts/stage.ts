// Lays out stage/, the folder for `openclaw plugins install -l`: what a user would get, without node_modules, whose
// symlinks the host's install scan refuses.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const stage = join(root, "stage");
const KEPT = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "engines",
  "peerDependencies",
  "peerDependenciesMeta",
  "openclaw",
];
const FILES = ["dist", "openclaw.plugin.json", "README.md", "LICENSE"];

const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const kept = Object.fromEntries(Object.entries(Object(manifest)).filter(([key]) => KEPT.includes(key)));

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage);
for (const file of FILES) cpSync(join(root, file), join(stage, file), { recursive: true });
writeFileSync(join(stage, "package.json"), `${JSON.stringify(kept, undefined, 2)}\n`);
