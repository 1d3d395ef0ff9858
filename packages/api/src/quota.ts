import type { JsonValue, Ports, StatePort } from "@dingtalk-kit/protocol";

/** What one app spent of its monthly quota, as far as those who share the state know. */
export interface QuotaUsage {
  /** Calendar month in China, such as `2026-11`. */
  readonly month: string;
  /** OpenAPI calls, without token calls and without those that DingTalk throttled. */
  readonly calls: number;
  /** What DingTalk pushed. */
  readonly deliveries: number;
  /**
   * When DingTalk last refused a call of this process because the corp's calls of the month are used up; milliseconds
   * since 1970. `undefined` once it has granted one again.
   */
  readonly refusedAtMs: number | undefined;
}

/** Counts what DingTalk bills: standard edition has 5,000 calls and 3,000 deliveries a month for the whole corp. */
export interface QuotaMeter {
  /** This month so far. @throws what the state throws. */
  usage(): Promise<QuotaUsage>;
  /** To be called for each frame or request that DingTalk pushed: robot message, card action, event. */
  countDelivery(): void;
  /**
   * Keeps the counts in `state` until disposed, in place of any other; what was counted before is added to it. Disposing
   * stores what was counted last, and counting goes on in memory.
   */
  keepIn(state: StatePort): AsyncDisposable;
  /** Calls `listener` with this month's sum now, if it is known, and whenever it has changed. */
  watch(listener: (usage: QuotaUsage) => void): Disposable;
}

/** What DingTalk said to a call. */
export type CallVerdict = "granted" | "failed" | "over-quota";

/** The meter as those see it who make the calls. */
export interface CallMeter extends QuotaMeter {
  countCall(verdict: CallVerdict): void;
  /** Waits until what was counted is stored, or could not be. */
  flush(): Promise<void>;
}

interface Counts {
  readonly calls: number;
  readonly deliveries: number;
}

const NAMESPACE = "quota";
const CHINA_OFFSET_MS = 8 * 3_600_000;
const KEPT_MS = 400 * 86_400_000;
/** Each lost race means that somebody else's write went through. */
const MOST_RACES = 100;
const NOTHING: Counts = { calls: 0, deliveries: 0 };

function monthOf(nowMs: number): string {
  return new Date(nowMs + CHINA_OFFSET_MS).toISOString().slice(0, 7);
}

function countsOf(value: JsonValue | undefined): Counts {
  if (typeof value !== "object" || value === null) return NOTHING;
  const read = (name: keyof Counts): number => {
    const count: unknown = Reflect.get(value, name);
    return typeof count === "number" && count > 0 ? count : 0;
  };
  return { calls: read("calls"), deliveries: read("deliveries") };
}

function sum(a: Counts, b: Counts): { calls: number; deliveries: number } {
  return { calls: a.calls + b.calls, deliveries: a.deliveries + b.deliveries };
}

export interface QuotaContext {
  readonly clientId: string;
  /** Without one the counts stay in memory until {@link QuotaMeter.keepIn}. */
  readonly state: StatePort | undefined;
  readonly ports: Ports;
}

/** Adds to an entry, whoever else writes it. @returns the sum */
async function addTo(
  state: StatePort,
  key: string,
  { counts, expiresAtMs }: { readonly counts: Counts; readonly expiresAtMs: number },
): Promise<Counts> {
  for (let race = 0; race < MOST_RACES; race += 1) {
    const entry = await state.get(NAMESPACE, key);
    const value = sum(countsOf(entry?.value), counts);
    const change = { expectedVersion: entry?.version, value, expiresAtMs };
    if ((await state.compareAndSet(NAMESPACE, key, change)) !== undefined) return value;
  }
  throw new Error(`lost ${MOST_RACES} races`);
}

/** Counts at once and stores in the background, one write at a time that takes all that has gathered. */
export function createQuotaMeter({ clientId, state: first, ports }: QuotaContext): CallMeter {
  const { clock, log } = ports;
  /** Counted, not yet stored, by month. */
  const unstored = new Map<string, Counts>();
  /** What the state held when it was last seen, by month. */
  const stored = new Map<string, Counts>();
  const listeners = new Set<(usage: QuotaUsage) => void>();
  let state = first;
  let storing: Promise<void> | undefined;
  let failing = false;
  let refusedAtMs: number | undefined;

  const keyOf = (month: string): string => `${clientId}/${month}`;
  const known = (): QuotaUsage => {
    const month = monthOf(clock.nowMs());
    const counts = sum(stored.get(month) ?? NOTHING, unstored.get(month) ?? NOTHING);
    return { month, ...counts, refusedAtMs };
  };
  const tell = (): void => {
    for (const listener of listeners) listener(known());
  };

  const storeMonth = async (into: StatePort, month: string, counts: Counts): Promise<void> => {
    unstored.delete(month);
    try {
      const expiresAtMs = clock.nowMs() + KEPT_MS;
      stored.set(month, await addTo(into, keyOf(month), { counts, expiresAtMs }));
    } catch (error) {
      unstored.set(month, sum(unstored.get(month) ?? NOTHING, counts));
      throw error;
    }
  };
  const store = async (into: StatePort): Promise<void> => {
    try {
      for (const [month, counts] of unstored) await storeMonth(into, month, counts);
      failing = false;
    } catch (error) {
      if (!failing) log.warn("quota could not be stored, counting on in memory", { clientId, cause: error });
      failing = true;
    }
  };
  const startStoring = (into: StatePort): Promise<void> => {
    storing ??= store(into).finally(() => {
      storing = undefined;
      tell();
    });
    return storing;
  };
  const flush = async (): Promise<void> => {
    await storing;
    if (state !== undefined && unstored.size > 0) await startStoring(state);
  };
  const count = (counts: Counts): void => {
    const month = monthOf(clock.nowMs());
    unstored.set(month, sum(unstored.get(month) ?? NOTHING, counts));
    if (state === undefined) tell();
    else void startStoring(state);
  };
  const look = async (from: StatePort): Promise<void> => {
    const month = monthOf(clock.nowMs());
    stored.set(month, countsOf((await from.get(NAMESPACE, keyOf(month)))?.value));
  };

  return {
    flush,
    countCall(verdict) {
      if (verdict === "granted") refusedAtMs = undefined;
      if (verdict === "over-quota") refusedAtMs = clock.nowMs();
      count({ calls: 1, deliveries: 0 });
    },
    countDelivery: () => count({ calls: 0, deliveries: 1 }),
    async usage() {
      await flush();
      if (state !== undefined) await look(state);
      return known();
    },
    keepIn(next) {
      state = next;
      look(next)
        .then(flush)
        .then(tell, (error: unknown) => {
          log.warn("quota could not be read, counting on in memory", { clientId, cause: error });
        });
      return {
        async [Symbol.asyncDispose]() {
          if (state !== next) return;
          await flush();
          if (state === next) state = undefined;
        },
      };
    },
    watch(listener) {
      listeners.add(listener);
      if (stored.size + unstored.size > 0) listener(known());
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
