/**
 * Uses every published package as a newcomer would: packs them all, then for each one installs it with npm in an
 * empty folder, as its README says, runs the README's first program with plain Node.js, and asks its commands for help.
 *
 *     pnpm try:tarballs [name…]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { pack, publicPackages, readFromTarball, runOrThrow, temporaryFolder } from "./pack.ts";
import type { Tarball } from "./pack.ts";
import { readExample } from "./readme-example.ts";

interface Trial {
  readonly ok: boolean;
  readonly text: string;
}

const exampleTimeoutMs = 60_000;

const wanted = process.argv.slice(2);
using temporary = temporaryFolder("tarballs");
const tarballs = publicPackages().map((folder) => pack(folder, temporary.path));
let failed = 0;
for (const tarball of tarballs) {
  const { name } = tarball.manifest;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const startedAtMs = performance.now();
  const { ok, text } = tryTarball(tarball);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  if (!ok) failed += 1;
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds} s): ${text}`);
}
if (failed > 0) process.exitCode = 1;

function tryTarball(tarball: Tarball): Trial {
  const { name } = tarball.manifest;
  const folder = join(temporary.path, name.replace("/", "-"));
  try {
    const { packages, program } = readExample(readFromTarball(tarball.path, "README.md"));
    install(folder, program === undefined || !packages.includes(name) ? [name] : packages);
    const commands = Object.keys(tarball.manifest.bin ?? {}).map((command) => askForHelp(folder, command));
    const example =
      program === undefined
        ? { ok: true, text: "installs; its README has no ts example to run" }
        : runExample(folder, program);
    return commands.find(({ ok }) => !ok) ?? example;
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

/** Ours come from the tarballs, also where one of ours depends on another; the rest comes from the registry. */
function install(folder: string, names: readonly string[]): void {
  const ours = Object.fromEntries(tarballs.map(({ manifest, path }) => [manifest.name, `file:${path}`]));
  const dependencies = Object.fromEntries(names.map((name) => [name, ours[name] ?? "*"]));
  const siblings = Object.entries(ours).filter(([name]) => !names.includes(name));
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: "module", dependencies, overrides: Object.fromEntries(siblings) };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  runOrThrow("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], folder);
}

function askForHelp(folder: string, command: string): Trial {
  const text = runOrThrow("npx", ["--no-install", command, "--help"], folder);
  return {
    ok: text.includes(command),
    text: `\`${command} --help\` does not name the command\n${indent(text)}`,
  };
}

function runExample(folder: string, program: string): Trial {
  writeFileSync(join(folder, "example.ts"), program);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["example.ts"], {
    cwd: folder,
    encoding: "utf8",
    timeout: exampleTimeoutMs,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return { ok: true, text: `installs, and its README's example runs\n${indent(stdout)}` };
  const end = status === null ? `did not end within ${exampleTimeoutMs / 1000} s` : `ended with ${status}`;
  return { ok: false, text: `its README's example ${end}\n${indent(stdout + stderr)}` };
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "       ");
}
