/** Packs a workspace package as it would be published. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** What the scripts read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly types?: string;
  readonly exports?: unknown;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Tarball {
  readonly path: string;
  readonly manifest: Manifest;
  /** Paths inside the package, without the tarball's `package/`. */
  readonly files: readonly string[];
}

export const workspaceRoot: string = join(import.meta.dirname, "..");

export function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return manifest;
}

/** The folders of every package that is published, sorted, absolute. */
export function publicPackages(): string[] {
  return globSync("{packages,apps}/*/package.json", { cwd: workspaceRoot })
    .map((path) => join(workspaceRoot, dirname(path)))
    .filter((folder) => readManifest(folder).private !== true)
    .toSorted();
}

/** A folder that is gone when the `using` block ends. */
export function temporaryFolder(name: string): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), `dingtalk-kit-${name}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Packs the package in `folder` with pnpm, which alone rewrites `workspace:` and `catalog:` ranges. */
export function pack(folder: string, into: string): Tarball {
  const output = runOrThrow("pnpm", ["pack", "--json", "--pack-destination", into], folder);
  const report: { filename: string; files: { path: string }[] } = JSON.parse(
    output.slice(output.indexOf("{")),
  );
  const path = join(into, basename(report.filename));
  const manifest: Manifest = JSON.parse(readFromTarball(path, "package.json"));
  return { path, manifest, files: report.files.map((file) => file.path) };
}

export function readFromTarball(tarball: string, file: string): string {
  return runOrThrow("tar", ["-xzOf", tarball, `package/${file}`], dirname(tarball));
}

/**
 * Runs a program to its end and returns what it printed on standard output.
 *
 * @throws Error with both outputs when it fails.
 */
export function runOrThrow(program: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0) return result.stdout;
  throw new Error(
    `${program} ${args.join(" ")} ended with ${result.status}\n${result.stdout}${result.stderr}`,
  );
}
