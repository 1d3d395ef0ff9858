/**
 * Prints what the plugin costs its user: installed size, runtime dependencies, and the time to load its entry.
 *
 *     pnpm footprint [--json] [--strict]
 *
 * Installs the packed plugin as the host does. With --strict a missed aim fails.
 */
import {
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { pack, runOrThrow, temporaryFolder, workspaceRoot } from "./pack.ts";

export interface Footprint {
  readonly packedBytes: number;
  readonly installedBytes: number;
  readonly dependencies: number;
  /** Loading the entry in a process that has the host's SDK in memory already, as the gateway has; the median. */
  readonly loadMs: number;
  /** The same in an empty process: mostly the host's own modules. */
  readonly loadWithHostMs: number;
}

/** What the plugin is to stay below. */
export const aims = { installedBytes: 3_000_000, dependencies: 0, loadMs: 150 } as const;

const pluginName = "openclaw-plugin-dingtalk";
const loadRuns = 5;

export function missedAims(footprint: Footprint): string[] {
  const missed: string[] = [];
  if (footprint.installedBytes >= aims.installedBytes) missed.push("installed size");
  if (footprint.dependencies > aims.dependencies) missed.push("runtime dependencies");
  if (footprint.loadMs >= aims.loadMs) missed.push("load time");
  return missed;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function measure(): Footprint {
  using temporary = temporaryFolder("footprint");
  const pluginFolder = join(workspaceRoot, "apps/openclaw-plugin");
  const tarball = pack(pluginFolder, temporary.path);
  const folder = join(temporary.path, "host");
  installAsHost(folder, tarball.path);

  const modules = join(folder, "node_modules");
  const dependencies = globSync("{[!.@]*,@*/*}", { cwd: modules }).filter(
    (name) => name !== pluginName,
  ).length;
  const installedBytes = sizeOf(modules);
  symlinkSync(
    realpathSync(join(pluginFolder, "node_modules/openclaw")),
    join(modules, "openclaw"),
    "junction",
  );
  const entry = join(modules, pluginName, entryOf(join(modules, pluginName)));
  const hostImports = hostImportsOf(join(modules, pluginName));
  return {
    packedBytes: statSync(tarball.path).size,
    installedBytes,
    dependencies,
    loadMs: medianLoadMs(folder, entry, hostImports),
    loadWithHostMs: medianLoadMs(folder, entry, []),
  };
}

/** The flags are the host's own; see its `plugins install`. */
function installAsHost(folder: string, tarball: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const flags = ["--omit=dev", "--omit=peer", "--legacy-peer-deps", "--ignore-scripts"];
  runOrThrow("npm", ["install", ...flags, "--no-audit", "--no-fund", "--loglevel=error", tarball], folder);
}

function entryOf(folder: string): string {
  const manifest: { openclaw?: { extensions?: string[] } } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const [entry] = manifest.openclaw?.extensions ?? [];
  if (entry === undefined) throw new Error(`${pluginName} names no entry in openclaw.extensions`);
  return entry;
}

function hostImportsOf(folder: string): string[] {
  const names = globSync("dist/**/*.{js,mjs}", { cwd: folder }).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/(?:from|import)\s*"(openclaw\/[^"]+)"/g)].map(
      ([, name = ""]) => name,
    ),
  );
  return [...new Set(names)];
}

function medianLoadMs(folder: string, entry: string, before: readonly string[]): number {
  const program = `
    for (const name of ${JSON.stringify(before)}) await import(name);
    const startedAtMs = performance.now();
    await import(${JSON.stringify(pathToFileURL(entry).href)});
    console.log(performance.now() - startedAtMs);
    process.exit(0);`;
  const file = join(folder, "load.mjs");
  writeFileSync(file, program);
  const runs = Array.from({ length: loadRuns }, () =>
    Number(runOrThrow(process.execPath, [file], folder).trim()),
  );
  return Math.round(median(runs));
}

function sizeOf(folder: string): number {
  const sizes = globSync("**/*", { cwd: folder }).map((name) => statSync(join(folder, name)));
  return sizes.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function print(footprint: Footprint): void {
  console.log(`packed size           ${kilobytes(footprint.packedBytes)}`);
  console.log(
    `installed size        ${kilobytes(footprint.installedBytes)}  (aim: under ${kilobytes(aims.installedBytes)})`,
  );
  console.log(`runtime dependencies  ${footprint.dependencies}  (aim: ${aims.dependencies})`);
  console.log(
    `load time             ${footprint.loadMs} ms  (aim: under ${aims.loadMs} ms; host SDK in memory)`,
  );
  console.log(`with the host's SDK   ${footprint.loadWithHostMs} ms`);
}

if (import.meta.main) {
  const { values: options } = parseArgs({
    options: { json: { type: "boolean", default: false }, strict: { type: "boolean", default: false } },
  });
  const footprint = measure();
  const missed = missedAims(footprint);
  if (options.json) console.log(JSON.stringify({ ...footprint, aims, missed }, null, 2));
  else print(footprint);
  if (missed.length > 0) console.error(`missed: ${missed.join(", ")}`);
  if (missed.length > 0 && options.strict) process.exitCode = 1;
}
