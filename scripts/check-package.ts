/**
 * Checks the package in the current folder as its users will get it: packs it and looks into the tarball.
 *
 *     cd packages/stream && node ../../scripts/check-package.ts
 *
 * The package has to be built first; turbo's `check:package` sees to that.
 */
import { pack, readFromTarball, readManifest, runOrThrow, temporaryFolder, workspaceRoot } from "./pack.ts";
import type { Manifest, Tarball } from "./pack.ts";

const maxReadmeLines = 120;

/** What is wrong with the tarball, one sentence each; `read` gives the text of a file in it. */
export function findProblems(tarball: Tarball, read: (file: string) => string): string[] {
  const { manifest, files } = tarball;
  const problems = ["README.md", "LICENSE"]
    .filter((file) => !files.includes(file))
    .map((file) => `has no ${file}`);
  for (const file of files.filter((name) => isStray(name, files)))
    problems.push(`${file} does not belong in it`);
  if (files.includes("README.md") && read("README.md").trimEnd().split("\n").length > maxReadmeLines) {
    problems.push(`README.md is longer than ${maxReadmeLines} lines`);
  }
  return [...problems, ...rangeProblems(manifest), ...pathProblems(files, read)];
}

/** True when the package promises types, so that there is something for attw to check. */
export function hasTypes(manifest: Manifest): boolean {
  return manifest.types !== undefined || JSON.stringify(manifest.exports ?? {}).includes('"types"');
}

/** Tests, build state, and output whose source is gone: tsc leaves the old file behind when a module is renamed. */
function isStray(file: string, files: readonly string[]): boolean {
  if (/\.tsbuildinfo|\.test\.|(^|\/)(test|node_modules)\/|(^|\/)\.|\.tgz$|test-results/.test(file))
    return true;
  const output = /^dist\/(.+?)(\.d)?\.(js|ts)(\.map)?$/.exec(file);
  const packsSources = files.some((name) => name.startsWith("src/"));
  return output !== null && packsSources && !files.includes(`src/${output[1]}.ts`);
}

function rangeProblems(manifest: Manifest): string[] {
  const groups = [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies];
  return groups
    .flatMap((group) => Object.entries(group ?? {}))
    .filter(([, range]) => /^(workspace|catalog|link|file):/.test(range))
    .map(([name, range]) => `depends on ${name} as "${range}", which no user can install`);
}

function pathProblems(files: readonly string[], read: (file: string) => string): string[] {
  return files
    .filter((file) => read(file).includes(workspaceRoot))
    .map((file) => `${file} names ${workspaceRoot}`);
}

function checkPackage(folder: string): string[] {
  using temporary = temporaryFolder("pack");
  const tarball = pack(folder, temporary.path);
  const problems = findProblems(tarball, (file) => readFromTarball(tarball.path, file));
  const tools: [string, string[]][] = [["publint", [tarball.path, "--strict"]]];
  if (hasTypes(tarball.manifest)) tools.push(["attw", [tarball.path, "--profile", "esm-only"]]);
  else console.log("no types: attw is skipped");
  for (const [tool, words] of tools) {
    try {
      runOrThrow(tool, words, folder);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  console.log(`${tarball.manifest.name}@${tarball.manifest.version}: ${tarball.files.length} files`);
  return problems;
}

if (import.meta.main) {
  const folder = process.cwd();
  const { name } = readManifest(folder);
  const problems = checkPackage(folder);
  for (const problem of problems) console.error(`${name}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
