import type { JsonValue, Ports, StatePort } from "@dingtalk-kit/protocol";

/** What one app spent of its monthly quota, as far as those who share the state know. */
export interface QuotaUsage {
  /** Calendar month in China, such as `2026-11`. */
  readonly month: string;
  /** OpenAPI calls, without token calls and without those that DingTalk throttled. */
  readonly calls: number;
  /** What DingTalk pushed. */
  readonly deliveries: number;
}

/** Counts what DingTalk bills: standard edition has 5,000 calls and 3,000 deliveries a month for the whole corp. */
export interface QuotaMeter {
  /** This month so far. @throws what the state throws. */
  usage(): Promise<QuotaUsage>;
  /** To be called for each frame or request that DingTalk pushed: robot message, card action, event. */
  countDelivery(): void;
}

/** The meter as those see it who make the calls. */
export interface CallMeter extends QuotaMeter {
  countCall(): void;
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
  readonly state: StatePort;
  readonly ports: Ports;
}

/** Counts at once and stores in the background, one write at a time that takes all that has gathered. */
export function createQuotaMeter({ clientId, state, ports }: QuotaContext): CallMeter {
  const { clock, log } = ports;
  /** Counted, not yet stored, by month. */
  const unstored = new Map<string, Counts>();
  let storing: Promise<void> | undefined;
  let failing = false;

  const keyOf = (month: string): string => `${clientId}/${month}`;

  const add = async (month: string, counts: Counts): Promise<void> => {
    for (let race = 0; race < MOST_RACES; race += 1) {
      const entry = await state.get(NAMESPACE, keyOf(month));
      const version = await state.compareAndSet(NAMESPACE, keyOf(month), {
        expectedVersion: entry?.version,
        value: sum(countsOf(entry?.value), counts),
        expiresAtMs: clock.nowMs() + KEPT_MS,
      });
      if (version !== undefined) return;
    }
    throw new Error(`lost ${MOST_RACES} races`);
  };

  const store = async (): Promise<void> => {
    try {
      for (const [month, counts] of unstored) {
        unstored.delete(month);
        try {
          await add(month, counts);
        } catch (error) {
          unstored.set(month, sum(unstored.get(month) ?? NOTHING, counts));
          throw error;
        }
      }
      failing = false;
    } catch (error) {
      if (!failing) log.warn("quota could not be stored, counting on in memory", { clientId, cause: error });
      failing = true;
    } finally {
      storing = undefined;
    }
  };
  const flush = async (): Promise<void> => {
    await storing;
    if (unstored.size > 0) await (storing ??= store());
  };
  const count = (counts: Counts): void => {
    const month = monthOf(clock.nowMs());
    unstored.set(month, sum(unstored.get(month) ?? NOTHING, counts));
    storing ??= store();
  };

  return {
    flush,
    countCall: () => count({ calls: 1, deliveries: 0 }),
    countDelivery: () => count({ calls: 0, deliveries: 1 }),
    async usage() {
      await flush();
      const month = monthOf(clock.nowMs());
      const entry = await state.get(NAMESPACE, keyOf(month));
      return { month, ...sum(countsOf(entry?.value), unstored.get(month) ?? NOTHING) };
    },
  };
}
