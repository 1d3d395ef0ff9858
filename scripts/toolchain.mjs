// Runs a command of this workspace with the right tools, on any Node.js from 18 on that has npm:
//
//   node scripts/toolchain.mjs <command> [arguments…]
//
// 1. Node.js: the running one when "engines" admits it, else the version in .node-version.
// 2. pnpm: the one on PATH when its major is the pinned one, else the version in "packageManager".
//    What is missing comes from the npm registry into .toolchain/, once.
// 3. `pnpm install --frozen-lockfile`, which does nothing when nothing changed; then the command.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

import {
  env,
  fail,
  pathKey,
  prependPath,
  root,
  run,
  say,
  shellCall,
  windows,
} from "./toolchain/environment.mjs";
import { withLock } from "./toolchain/lock.mjs";
import { fetchTools, missingTools } from "./toolchain/tools.mjs";

if (Number(process.versions.node.split(".")[0]) < 18) {
  fail(`Node.js ${process.versions.node} is too old to start from; install Node.js 18 or later (best: 24).`);
}
putRunningNodeFirst();
const missing = missingTools();
if (Object.keys(missing).length > 0) prependPath(fetchTools(missing));
prependPath(join(root, "node_modules", ".bin"));
await withLock(join(root, ".toolchain", "install.lock"), installDependencies, () =>
  say("another run is installing the dependencies; waiting for it"),
);

const [command, ...args] = process.argv.slice(2);
if (command !== undefined) process.exitCode = await runCommand(command, args);

/** `/opt/node24/bin/node scripts/toolchain.mjs` must not run its command with another node that PATH finds first. */
function putRunningNodeFirst() {
  const name = windows ? "node.exe" : "node";
  const first = (env[pathKey] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (first === undefined || realpathSync(first) !== realpathSync(process.execPath)) {
    prependPath(dirname(process.execPath));
  }
}

function installDependencies() {
  if (!existsSync(join(root, "node_modules", ".modules.yaml"))) {
    say("installing the workspace's dependencies (a minute the first time)");
  }
  const words = ["install", "--frozen-lockfile", "--reporter=append-only"];
  const { status, stdout, stderr, error } = run("pnpm", words, { stdio: ["ignore", "pipe", "pipe"] });
  if (status === 0) return;
  process.stderr.write([stdout, stderr].join(""));
  fail(error ? `pnpm does not start: ${error.message}` : "pnpm install failed; what it said is above.");
}

/**
 * Runs the command in this terminal and hands signals on to it.
 *
 * @param {string} program
 * @param {string[]} words
 * @returns {Promise<number>} the exit code; 128 + the signal's number when a signal ended it, as shells count
 */
async function runCommand(program, words) {
  const child = spawn(...shellCall(program, words), { cwd: root, env, shell: windows, stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well; anybody else sends it to this process alone.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  return await new Promise((resolve) => {
    child.on("error", (error) => fail(`could not start ${program}: ${error.message}`));
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
