import type { JsonValue } from "@dingtalk-kit/protocol";

import { isRecord } from "./policy-reader.ts";
import type { ResolvedLoopProtection } from "./resolved-policy.ts";

/** What two robots exchanged of late. JSON, so that it can be kept anywhere. */
export type BotExchanges = {
  readonly eventsAtMs: readonly number[];
  /** When the pair was last told to pause. */
  readonly pausedAtMs: number | null;
};

/**
 * Counts one message between two robots, whichever wrote it. When more than `maxEvents` fall into `windowMs`, the pair
 * is kept apart for `cooldownMs`; what is refused meanwhile does not count.
 */
export function recordExchange(
  { enabled, maxEvents, windowMs, cooldownMs }: ResolvedLoopProtection,
  state: JsonValue | undefined,
  nowMs: number,
): { readonly suppressed: boolean; readonly exchanges: BotExchanges } {
  const { eventsAtMs, pausedAtMs } = readExchanges(state);
  const recent = eventsAtMs.filter((atMs) => atMs > nowMs - windowMs && atMs <= nowMs);
  if (!enabled) return { suppressed: false, exchanges: { eventsAtMs: recent, pausedAtMs: null } };
  const pausing = pausedAtMs !== null && nowMs >= pausedAtMs && nowMs < pausedAtMs + cooldownMs;
  if (pausing) return { suppressed: true, exchanges: { eventsAtMs: recent, pausedAtMs } };
  if (recent.length >= maxEvents)
    return { suppressed: true, exchanges: { eventsAtMs: [], pausedAtMs: nowMs } };
  return { suppressed: false, exchanges: { eventsAtMs: [...recent, nowMs], pausedAtMs } };
}

function readExchanges(state: JsonValue | undefined): BotExchanges {
  const source: unknown = state;
  if (!isRecord(source)) return { eventsAtMs: [], pausedAtMs: null };
  const { eventsAtMs, pausedAtMs } = source;
  const events: readonly unknown[] = Array.isArray(eventsAtMs) ? eventsAtMs : [];
  return {
    eventsAtMs: events.filter((atMs) => typeof atMs === "number"),
    pausedAtMs: typeof pausedAtMs === "number" ? pausedAtMs : null,
  };
}
