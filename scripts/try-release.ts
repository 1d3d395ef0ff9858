/**
 * Plays the version step of a release in a scratch clone: the pending changesets must be readable, and must bump
 * every published package together.
 *
 *     node scripts/try-release.ts
 */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

import { publicPackages, readManifest, runOrThrow, temporaryFolder, workspaceRoot } from "./pack.ts";

if (!existsSync(join(workspaceRoot, ".git"))) console.log("no git checkout: nothing to clone, skipped");
else if (globSync(".changeset/*.md", { cwd: workspaceRoot }).length === 0)
  console.log("no pending changeset");
else tryRelease();

function tryRelease(): void {
  using temporary = temporaryFolder("release");
  const clone = join(temporary.path, "clone");
  runOrThrow("git", ["clone", "--quiet", "--no-hardlinks", workspaceRoot, clone], temporary.path);
  // Changesets compares with the base branch, which a checkout of a single commit does not have.
  runOrThrow("git", ["checkout", "--quiet", "-B", "main"], clone);
  // Not a link to this checkout's node_modules: changesets formats through pnpm, which installs into the clone.
  runOrThrow("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], clone);
  console.log(runOrThrow("changeset", ["status"], clone).trim());
  runOrThrow("changeset", ["version"], clone);

  const versions = publicPackages().map((folder) => {
    const { name, version } = readManifest(join(clone, folder.slice(workspaceRoot.length)));
    return { name, before: readManifest(folder).version, after: version };
  });
  for (const { name, before, after } of versions) console.log(`${name} ${before} -> ${after}`);
  const together = new Set(versions.map(({ after }) => after)).size === 1;
  if (together && versions.every(({ before, after }) => before !== after)) return;
  console.error("the changesets do not bump all published packages to one version");
  process.exitCode = 1;
}
