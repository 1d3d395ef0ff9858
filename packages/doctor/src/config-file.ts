import { constants } from "node:fs";
import { access, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ConfigError } from "@dingtalk-kit/protocol";

import type { ConfigDocument } from "./config-document.ts";
import { parseConfig } from "./config-document.ts";
import type { Candidate } from "./config-paths.ts";
import { configCandidates, OLD_NAME } from "./config-paths.ts";
import type { Surroundings } from "./surroundings.ts";

/** A config file that exists. */
export interface ConfigFile {
  /** Behind symbolic links. */
  readonly path: string;
  readonly because: string;
  readonly document: ConfigDocument;
}

/** The file that the host reads, and one beside it that it does not read any more. */
export interface FoundConfig {
  /** Where the host reads, or would read if there were a file. */
  readonly path: string;
  /** `undefined` when there is none yet. */
  readonly file: ConfigFile | undefined;
  /** `config.json` in the same folder. */
  readonly old: ConfigFile | undefined;
}

/** @throws ConfigError when there is none, or it cannot be read */
export async function findConfig(
  named: string | undefined,
  surroundings: Surroundings,
): Promise<FoundConfig> {
  const candidates = configCandidates(named, surroundings);
  const found = await firstThatExists(candidates);
  const first = candidates[0];
  const path = found?.path ?? first?.path ?? "";
  const file = found && (await readConfig(found));
  const old = named === undefined ? await readOld(candidates, file) : undefined;
  if (file === undefined && old === undefined) {
    const looked = candidates.map((candidate) => candidate.path).join(", ");
    throw new ConfigError(`no config found; looked for ${looked}. Next: name the file with --config <path>`);
  }
  return { path: file?.path ?? (old ? join(dirname(old.path), "openclaw.json") : path), file, old };
}

/** @throws ConfigError when it cannot be read or is not JSON5 */
export async function readConfig({ path, because }: Candidate): Promise<ConfigFile> {
  const real = await realpath(path).catch(unreadable(path));
  const text = await readFile(real, "utf8").catch(unreadable(path));
  return { path: real, because, document: parseConfig(text, path) };
}

async function readOld(
  candidates: readonly Candidate[],
  file: ConfigFile | undefined,
): Promise<ConfigFile | undefined> {
  const folders = new Set((file ? [file] : candidates).map(({ path }) => dirname(path)));
  const olds = [...folders].map((folder) => ({ path: join(folder, OLD_NAME), because: "beside it" }));
  const found = await firstThatExists(olds.filter(({ path }) => path !== file?.path));
  return found && (await readConfig(found));
}

async function firstThatExists(candidates: readonly Candidate[]): Promise<Candidate | undefined> {
  for (const candidate of candidates) {
    const kind = await stat(candidate.path).catch(() => undefined);
    if (kind?.isFile() === true) return candidate;
    // A file that is there but may not be looked at is an answer, too: reading it says why.
    if (kind === undefined && (await isHidden(candidate.path))) return candidate;
  }
  return undefined;
}

async function isHidden(path: string): Promise<boolean> {
  const error: unknown = await access(path, constants.F_OK).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return codeOf(error) === "EACCES" || codeOf(error) === "EPERM";
}

function unreadable(path: string): (reason: unknown) => never {
  return (cause) => {
    const why = codeOf(cause) === "ENOENT" ? "it is not there" : (codeOf(cause) ?? "it is no file");
    throw new ConfigError(`cannot read ${path}: ${why}`, { cause });
  };
}

/** Node's error code, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const { code }: { readonly code?: unknown } = Object(error);
  return typeof code === "string" ? code : undefined;
}
