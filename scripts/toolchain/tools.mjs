// Node.js and pnpm: which of them this machine lacks, and how to get them from the npm registry.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { fail, root, run, say, windows } from "./environment.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const nodeVersion = readFileSync(join(root, ".node-version"), "utf8").trim();
const pnpmVersion = String(manifest.packageManager)
  .replace(/^pnpm@/, "")
  .replace(/\+.*/, "");

/** @returns {Record<string, string>} package name to version, of what has to be fetched */
export function missingTools() {
  /** @type {Record<string, string>} */
  const wanted = {};
  if (!nodeFits(process.versions.node)) wanted[nodePackage()] = nodeVersion;
  if (!pnpmFits()) wanted["pnpm"] = pnpmVersion;
  return wanted;
}

/**
 * The range of "engines" in package.json; a test holds the two together.
 *
 * @param {string} version
 */
export function nodeFits(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}

/** The packages behind npm's `node` package: plain binaries without an install script. */
function nodePackage() {
  if (process.platform === "linux" && !hasGlibc()) {
    fail(
      `this Linux has no glibc, which npm's Node.js needs; install Node.js ${nodeVersion} and start again.`,
    );
  }
  const system = windows ? "win" : process.platform;
  const prefix = system === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${system}-${process.arch}`;
}

function hasGlibc() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime !== undefined;
}

function pnpmFits() {
  const { status, stdout } = run("pnpm", ["--version"], { stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 && stdout.trim().split(".")[0] === pnpmVersion.split(".")[0];
}

/**
 * Installs the tools beside their final place and renames: two runs at once cannot see half a toolchain.
 *
 * @param {Record<string, string>} tools
 * @returns {string} the folder whose programs are the tools
 */
export function fetchTools(tools) {
  const names = Object.entries(tools).map((tool) => tool.join("@"));
  const folder = join(root, ".toolchain", names.join("_"));
  const programs = join(folder, "node_modules", ".bin");
  if (existsSync(join(folder, "complete"))) return programs;

  say(`fetching ${names.join(" and ")} from the npm registry into .toolchain/ (once)`);
  const draft = `${folder}.${process.pid}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  install(draft, tools, names);
  writeFileSync(join(draft, "complete"), "");
  try {
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    // Another run was faster, which is fine.
    if (!existsSync(join(folder, "complete"))) throw cause;
  }
  return programs;
}

/**
 * @param {string} folder
 * @param {Record<string, string>} dependencies
 * @param {string[]} names
 */
function install(folder, dependencies, names) {
  // pnpm's install script puts its native binary in place; without it other programs cannot exec pnpm.
  const content = { private: true, dependencies, allowScripts: { pnpm: true } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(content));
  const flags = [
    "--ignore-scripts=false",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--loglevel=error",
  ];
  const { status, error } = run("npm", ["install", ...flags], { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  fail(failureText(names.join(" and "), error));
}

/**
 * @param {string} names
 * @param {unknown} error
 */
function failureText(names, error) {
  const byHand = `Or install Node.js ${nodeVersion} and pnpm ${pnpmVersion} yourself, then run the command again.`;
  if (error instanceof Error) {
    return `npm does not start (${error.message}), and ${names} come from it. Install npm. ${byHand}`;
  }
  return (
    `npm could not fetch ${names}; what it said is above. Where the registry is not reached directly, ` +
    `set HTTPS_PROXY, and NODE_EXTRA_CA_CERTS for a private CA. ${byHand}`
  );
}
