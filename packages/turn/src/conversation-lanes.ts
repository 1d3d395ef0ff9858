import { ClosedError, ConfigError, fillPorts, type Ports } from "@dingtalk-kit/protocol";

export interface ConversationLanesOptions {
  /** How many jobs may wait in one lane behind the running one. @defaultValue unlimited */
  readonly maxWaiting?: number | undefined;
  /** How long dispose waits for cancelled jobs to return, in milliseconds. @defaultValue 5_000 */
  readonly disposeBudgetMs?: number | undefined;
}

/**
 * What became of a job: `done` returned, `cancelled` was stopped or dropped by `cancel` or the end of the lanes,
 * `full` was not taken because too many wait, `closed` was not taken because the lanes are draining.
 */
export type LaneResult = "done" | "cancelled" | "full" | "closed";

export interface CancelledJobs {
  /** Whether a running job was told to stop. */
  readonly running: boolean;
  /** How many waiting jobs were dropped. */
  readonly waiting: number;
}

/** Runs jobs in strict order per key, and different keys side by side. In memory. */
export interface ConversationLanes extends AsyncDisposable {
  /**
   * Puts `job` at the end of the lane `key`. Resolves when the job has ended, with what became of it; rejects with
   * what the job threw. A job that fails does not hold up the next one.
   *
   * `signal` aborts when the job is cancelled. A job that ignores it keeps its place until it returns: two jobs of one
   * lane never overlap.
   */
  run(key: string, job: (signal: AbortSignal) => Promise<void>): Promise<LaneResult>;
  /** Stops the running job of a lane and drops the waiting ones. */
  cancel(key: string, reason?: Error): CancelledJobs;
  /** Jobs of this lane, the running one included. */
  depth(key: string): number;
  /** Jobs of all lanes. */
  readonly size: number;
  /**
   * Takes no more jobs and waits for those there are, at most `budgetMs`.
   * @returns whether all have ended; if not, dispose cancels the rest.
   */
  drain(budgetMs: number): Promise<boolean>;
}

interface Entry {
  readonly job: (signal: AbortSignal) => Promise<void>;
  readonly abort: AbortController;
  readonly settled: PromiseWithResolvers<LaneResult>;
}

interface Lane {
  readonly running: Entry;
  readonly waiting: Entry[];
}

/** @throws ConfigError when a limit is negative. */
export function createConversationLanes(
  options: ConversationLanesOptions = {},
  ports: Partial<Ports> = {},
): ConversationLanes {
  const { clock } = fillPorts(ports);
  const maxWaiting = notNegative("maxWaiting", options.maxWaiting ?? Number.POSITIVE_INFINITY);
  const disposeBudgetMs = notNegative("disposeBudgetMs", options.disposeBudgetMs ?? 5_000);
  const lanes = new Map<string, Lane>();
  const idleWaiters = new Set<() => void>();
  let closed = false;

  const start = (key: string, entry: Entry, waiting: Entry[]): void => {
    lanes.set(key, { running: entry, waiting });
    void runEntry(entry).finally(() => {
      const next = waiting.shift();
      if (next !== undefined) return start(key, next, waiting);
      lanes.delete(key);
      if (lanes.size === 0) for (const wake of idleWaiters) wake();
    });
  };

  const cancel = (key: string, reason: Error): CancelledJobs => {
    const lane = lanes.get(key);
    if (lane === undefined) return { running: false, waiting: 0 };
    const dropped = lane.waiting.splice(0);
    for (const entry of dropped) entry.settled.resolve("cancelled");
    const running = !lane.running.abort.signal.aborted;
    lane.running.abort.abort(reason);
    return { running, waiting: dropped.length };
  };

  const idleWithin = async (budgetMs: number): Promise<boolean> => {
    if (lanes.size === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const wake = (): void => resolve(true);
    idleWaiters.add(wake);
    const limit = clock.after(budgetMs, () => resolve(false));
    const idle = await promise;
    limit[Symbol.dispose]();
    idleWaiters.delete(wake);
    return idle;
  };

  return {
    async run(key, job) {
      if (closed) return "closed";
      const entry: Entry = { job, abort: new AbortController(), settled: Promise.withResolvers() };
      const lane = lanes.get(key);
      if (lane === undefined) start(key, entry, []);
      else if (lane.waiting.length >= maxWaiting) return "full";
      else lane.waiting.push(entry);
      return entry.settled.promise;
    },
    cancel: (key, reason = new ClosedError("the turn was cancelled")) => cancel(key, reason),
    depth(key) {
      const lane = lanes.get(key);
      return lane === undefined ? 0 : 1 + lane.waiting.length;
    },
    get size() {
      return [...lanes.values()].reduce((sum, lane) => sum + 1 + lane.waiting.length, 0);
    },
    drain(budgetMs) {
      closed = true;
      return idleWithin(budgetMs);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const key of lanes.keys()) cancel(key, new ClosedError("the conversation lanes were closed"));
      await idleWithin(disposeBudgetMs);
    },
  };
}

/** Settles the entry's promise; never rejects itself. */
async function runEntry({ job, abort, settled }: Entry): Promise<void> {
  try {
    await job(abort.signal);
    settled.resolve(abort.signal.aborted ? "cancelled" : "done");
  } catch (error) {
    if (abort.signal.aborted) settled.resolve("cancelled");
    else settled.reject(error);
  }
}

function notNegative(name: string, value: number): number {
  if (value >= 0) return value;
  throw new ConfigError(`${name} must not be negative`);
}
