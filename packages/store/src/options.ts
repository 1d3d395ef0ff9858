import { ConfigError } from "@dingtalk-kit/protocol";

export interface SqliteStoreOptions {
  /** Path of the database, on a local disk. `-wal`, `-shm`, `.lock` and `.owner` stand beside it. */
  readonly file: string;
  /**
   * The worker thread's program, where this package was bundled: build `@dingtalk-kit/store/worker` as an entry of its own.
   * @defaultValue the one of this package
   */
  readonly worker?: URL | undefined;
  /** Messages of one lane that wait or run; one more is `full`. @defaultValue 100 */
  readonly maxLaneDepth?: number | undefined;
  /** Messages of all lanes that wait or run; one more is `full`. @defaultValue 100_000 */
  readonly maxDepth?: number | undefined;
  /** How often a message is tried before it is `exhausted`. @defaultValue 5 */
  readonly maxAttempts?: number | undefined;
  /** Delay of the first retry; doubles with each. Milliseconds. @defaultValue 1_000 */
  readonly firstRetryDelayMs?: number | undefined;
  /** Longest delay of a retry. Milliseconds. @defaultValue 60_000 */
  readonly maxRetryDelayMs?: number | undefined;
  /** How long an ended message is recognised as a duplicate. Milliseconds. @defaultValue 7 days */
  readonly keepDoneMs?: number | undefined;
  /** How long a dead message is kept. Milliseconds. @defaultValue 30 days */
  readonly keepDeadMs?: number | undefined;
  /** How long the text of a done or dropped message is kept. Milliseconds. @defaultValue as long as the message */
  readonly keepTextMs?: number | undefined;
  /** How long to wait for an owner that is just leaving. Milliseconds. @defaultValue 1_000 */
  readonly lockTimeoutMs?: number | undefined;
  /**
   * Size of the database from which on nothing more is appended, as if the disk were full; what is there is still worked
   * off. Bytes, without the write-ahead log. @defaultValue no limit but the disk's
   */
  readonly maxFileBytes?: number | undefined;
  /** How long dispose waits for the thread to close the database. Milliseconds. @defaultValue 10_000 */
  readonly disposeTimeoutMs?: number | undefined;
}

type NumberOption = Exclude<keyof SqliteStoreOptions, "file" | "worker" | "maxFileBytes">;

export interface ResolvedStoreOptions extends Readonly<Record<NumberOption, number>> {
  readonly file: string;
  readonly worker: URL | undefined;
  readonly maxFileBytes: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

const DEFAULTS: Readonly<Record<Exclude<NumberOption, "keepTextMs">, number>> = {
  maxLaneDepth: 100,
  maxDepth: 100_000,
  maxAttempts: 5,
  firstRetryDelayMs: 1_000,
  maxRetryDelayMs: 60_000,
  keepDoneMs: 7 * DAY_MS,
  keepDeadMs: 30 * DAY_MS,
  lockTimeoutMs: 1_000,
  disposeTimeoutMs: 10_000,
};

/** These make no sense at zero. */
const POSITIVE: ReadonlySet<NumberOption> = new Set<NumberOption>([
  "maxLaneDepth",
  "maxDepth",
  "maxAttempts",
]);

/** @throws ConfigError when a value makes no sense. */
export function resolveStoreOptions(options: SqliteStoreOptions): ResolvedStoreOptions {
  if (options.file === "" || options.file.includes("\0"))
    throw new ConfigError("invalid store options: file must be a path");
  const number = (name: NumberOption, fallback: number): number => {
    const value = options[name] ?? fallback;
    if (Number.isSafeInteger(value) && value >= (POSITIVE.has(name) ? 1 : 0)) return value;
    throw new ConfigError(`invalid store options: ${name} must be a whole number, not negative`);
  };
  if (options.maxFileBytes !== undefined && !(options.maxFileBytes > 0))
    throw new ConfigError("invalid store options: maxFileBytes must be positive");
  const keepDoneMs = number("keepDoneMs", DEFAULTS.keepDoneMs);
  return {
    file: options.file,
    worker: options.worker,
    maxLaneDepth: number("maxLaneDepth", DEFAULTS.maxLaneDepth),
    maxDepth: number("maxDepth", DEFAULTS.maxDepth),
    maxAttempts: number("maxAttempts", DEFAULTS.maxAttempts),
    firstRetryDelayMs: number("firstRetryDelayMs", DEFAULTS.firstRetryDelayMs),
    maxRetryDelayMs: number("maxRetryDelayMs", DEFAULTS.maxRetryDelayMs),
    keepDoneMs,
    keepDeadMs: number("keepDeadMs", DEFAULTS.keepDeadMs),
    keepTextMs: number("keepTextMs", keepDoneMs),
    lockTimeoutMs: number("lockTimeoutMs", DEFAULTS.lockTimeoutMs),
    maxFileBytes: options.maxFileBytes,
    disposeTimeoutMs: number("disposeTimeoutMs", DEFAULTS.disposeTimeoutMs),
  };
}
