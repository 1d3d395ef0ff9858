import { setImmediate } from "node:timers/promises";

/** What one kind of call costs. */
export interface PhaseResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the time in which the main thread could do nothing else. */
  readonly mainThreadBusy: number;
}

export interface PhaseShape {
  readonly count: number;
  /** So many calls are always under way. */
  readonly window: number;
}

/**
 * Calls again and again; a call that ends makes room for the next one. Where calls block the thread, those of one window
 * wait for each other, as they would in a program.
 */
export async function runPhase(
  call: () => Promise<void>,
  { count, window }: PhaseShape,
): Promise<PhaseResult> {
  const tookMs = new Float64Array(count);
  let [begun, ended] = [0, 0];
  // A loop that has never turned counts as idle.
  await setImmediate();
  const before = performance.eventLoopUtilization();
  const startMs = performance.now();
  const work = async (): Promise<void> => {
    for (let index = begun; index < count; index = begun) {
      begun += 1;
      const sinceMs = performance.now();
      await call();
      tookMs[ended] = performance.now() - sinceMs;
      ended += 1;
    }
  };
  await Promise.all(Array.from({ length: window }, work));
  const seconds = (performance.now() - startMs) / 1_000;
  const { utilization } = performance.eventLoopUtilization(before);
  tookMs.sort();
  const percentile = (share: number): number => tookMs[Math.floor(count * share)] ?? Number.NaN;
  return {
    perSecond: count / seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    mainThreadBusy: utilization,
  };
}
