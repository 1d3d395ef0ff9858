import type { StreamGap } from "./status.ts";
import type { Link, StreamState } from "./stream-state.ts";

const MAX_GAPS = 20;

export function addGap(gaps: readonly StreamGap[], gap: StreamGap): readonly StreamGap[] {
  return [...gaps.slice(1 - MAX_GAPS), gap];
}

/** Since when a socket that has just ended may have brought nothing. */
export function gapStart(link: Link, heardAtMs: number, nowMs: number): number {
  const { leaving } = link;
  if (leaving === undefined) return nowMs;
  // It spoke after the sleep: it was alive to its end.
  return leaving.why === "woken" && heardAtMs >= leaving.noticedAtMs ? nowMs : leaving.sinceMs;
}

/** The gap that ends now, with a new socket up; `undefined` when the old one bridged the time. */
export function gapEnds(state: StreamState, heardAtMs: number, nowMs: number): StreamGap | undefined {
  const leaving = state.current?.leaving;
  const slept = leaving?.why === "woken" && heardAtMs < leaving.noticedAtMs;
  const startedAtMs = state.downSinceMs ?? (slept ? leaving.sinceMs : undefined);
  if (startedAtMs === undefined) return undefined;
  return { startedAtMs, endedAtMs: nowMs, durationMs: Math.max(0, nowMs - startedAtMs) };
}
