// What the toolchain's parts share: where the workspace is, the environment of its commands, and how to start them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const windows = process.platform === "win32";

/** The environment of every command that the toolchain starts; `prependPath` changes it. */
export const env = commandEnvironment(process.env);
export const pathKey = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";

/**
 * npm and pnpm hand their own settings down to scripts, where they would confuse a nested npm or pnpm.
 * What says how to reach the registry stays.
 *
 * @param {Record<string, string | undefined>} outer
 * @returns {Record<string, string | undefined>}
 */
export function commandEnvironment(outer) {
  const reach =
    /^npm_config_(registry|cafile|ca|proxy|https[-_]proxy|noproxy|strict[-_]ssl|fetch[-_].*|cache|userconfig|globalconfig)$/i;
  const kept = Object.entries(outer).filter(
    ([key]) => reach.test(key) || !/^(npm_|pnpm_script|NODE$|INIT_CWD$)/i.test(key),
  );
  return { TURBO_TELEMETRY_DISABLED: "1", ...machineSettings(), ...Object.fromEntries(kept) };
}

/**
 * npm reads the machine's npmrc from beside the Node.js that runs it. A fetched Node.js has none there, and the
 * machine's registry, proxy or CA would be lost.
 */
function machineSettings() {
  const prefix = windows ? dirname(process.execPath) : dirname(dirname(process.execPath));
  const file = join(prefix, "etc", "npmrc");
  return existsSync(file) ? { npm_config_globalconfig: file } : {};
}

/** @param {string} folder */
export function prependPath(folder) {
  env[pathKey] = [folder, env[pathKey]].join(delimiter);
}

/**
 * Starts a program and waits for its end.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string; stdio: import("node:child_process").StdioOptions }} options
 */
export function run(program, args, options) {
  const limits = { encoding: /** @type {const} */ ("utf8"), maxBuffer: 64 * 1024 * 1024 };
  return spawnSync(...shellCall(program, args), { cwd: root, env, shell: windows, ...limits, ...options });
}

/**
 * On Windows npm and pnpm are .cmd files, which only a shell starts, and a shell wants one quoted line.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function shellCall(program, args, throughShell = windows) {
  if (!throughShell) return [program, args];
  const line = [program, ...args].map((word) =>
    /^[\w@.:=/\\-]+$/.test(word) ? word : `"${word.replaceAll('"', String.raw`\"`)}"`,
  );
  return [line.join(" "), []];
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`toolchain: ${text}\n`);
}

/**
 * @param {string} text
 * @returns {never}
 */
export function fail(text) {
  say(text);
  process.exit(1);
}
