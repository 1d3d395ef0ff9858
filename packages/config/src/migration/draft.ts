import { valueAt, withoutValue, withValue } from "../section.ts";
import type { Section } from "../section.ts";
import type { MigrationSource, MigrationWarning } from "./migration-plan.ts";

export type Path = readonly string[];

/** A config file that is being rewritten, with the reason of each step. */
export interface Draft {
  /** The file as it is now. */
  readonly config: Section;
  readonly warnings: readonly MigrationWarning[];
  readonly sources: readonly MigrationSource[];
  get(path: Path): unknown;
  set(path: Path, value: unknown, why: string): void;
  remove(path: Path, why: string): void;
  /** Puts a value elsewhere; nothing must stand there. */
  move(from: Path, to: Path, why: string): void;
  warn(path: Path, message: string): void;
  found(path: Path, writtenFor: string): void;
  /** Why something changed at or below `path`. */
  reasonOf(path: Path): string;
}

export const dotted = (path: Path): string => path.join(".");

export function createDraft(original: Section): Draft {
  let config = original;
  const reasons: { readonly path: Path; readonly why: string }[] = [];
  const warnings: MigrationWarning[] = [];
  const sources: MigrationSource[] = [];

  const set: Draft["set"] = (path, value, why) => {
    config = withValue(config, path, value);
    reasons.push({ path, why });
  };
  const remove: Draft["remove"] = (path, why) => {
    config = withoutValue(config, path);
    reasons.push({ path, why });
  };
  return {
    get config() {
      return config;
    },
    warnings,
    sources,
    get: (path) => valueAt(config, path),
    set,
    remove,
    move(from, to, why) {
      const value = valueAt(config, from);
      set(to, value, `${why}: moved from ${dotted(from)}`);
      remove(from, `${why}: moved to ${dotted(to)}`);
    },
    warn(path, message) {
      const said = warnings.some((warning) => warning.path === dotted(path) && warning.message === message);
      if (!said) warnings.push({ path: dotted(path), message });
    },
    found: (path, writtenFor) => void sources.push({ path: dotted(path), writtenFor }),
    reasonOf(path) {
      const about = reasons.filter((reason) => concerns(reason.path, path));
      const closest = Math.max(...about.map((reason) => Math.min(reason.path.length, path.length)));
      const exact = about.filter((reason) => Math.min(reason.path.length, path.length) === closest);
      return exact.at(-1)?.why ?? "follows from the other changes";
    },
  };
}

/** Whether a step at `changed` is one at `path`, above it or below it. */
function concerns(changed: Path, path: Path): boolean {
  return changed.every((step, index) => index >= path.length || step === path[index]);
}
