import { dirname, isAbsolute, join, resolve } from "node:path";

import type { Surroundings } from "./surroundings.ts";

/** A file that the host may read as its config, and how we came to look there. */
export interface Candidate {
  readonly path: string;
  /** `--config`, `OPENCLAW_CONFIG_PATH`, `OPENCLAW_STATE_DIR` or `default`. */
  readonly because: string;
}

/** The first name is today's, the second one that the host still reads. */
const NAMES = ["openclaw.json", "clawdbot.json"];
const FOLDERS = [".openclaw", ".clawdbot"];

/** Where some instructions say the config stands. The host does not read it. */
export const OLD_NAME = "config.json";

/**
 * Where the host looks for its config, the first that exists counts. Observed in OpenClaw 2026.9.6: a named file is the
 * only candidate; the state folder comes before the home folder.
 */
export function configCandidates(
  named: string | undefined,
  surroundings: Surroundings,
): readonly Candidate[] {
  if (named !== undefined) return [{ path: resolve(surroundings.cwd, named), because: "--config" }];
  const { env } = surroundings;
  const explicit = env["OPENCLAW_CONFIG_PATH"]?.trim();
  if (explicit) return [{ path: expand(explicit, surroundings), because: "OPENCLAW_CONFIG_PATH" }];
  const state = env["OPENCLAW_STATE_DIR"]?.trim();
  const inState = state ? NAMES.map((name) => join(expand(state, surroundings), name)) : [];
  const inHome = FOLDERS.flatMap((folder) => NAMES.map((name) => join(homeOf(surroundings), folder, name)));
  return [
    ...inState.map((path) => ({ path, because: "OPENCLAW_STATE_DIR" })),
    ...inHome.map((path) => ({ path, because: "default" })),
  ];
}

/** Where the host keeps installed plugins and state. */
export function stateFolder(configPath: string, surroundings: Surroundings): string {
  const state = surroundings.env["OPENCLAW_STATE_DIR"]?.trim();
  return state ? expand(state, surroundings) : dirname(configPath);
}

function homeOf({ env, home }: Surroundings): string {
  const own = env["OPENCLAW_HOME"]?.trim();
  return own ? resolve(home, own.replace(/^~(?=$|[/\\])/, home)) : home;
}

function expand(path: string, surroundings: Surroundings): string {
  const home = homeOf(surroundings);
  const expanded = path.replace(/^~(?=$|[/\\])/, home);
  return isAbsolute(expanded) ? expanded : resolve(surroundings.cwd, expanded);
}
