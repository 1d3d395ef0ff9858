import type { StreamStatus } from "./status.ts";
import type { StreamState } from "./stream-state.ts";

function stateName({ started, closed, current, pursuit }: StreamState): StreamStatus["state"] {
  if (closed) return "closed";
  if (current !== undefined) return "connected";
  return !started || pursuit.kind === "opening" ? "connecting" : "retrying";
}

/** What an observer sees of a state. */
export function statusOf(state: StreamState, lastReceivedAtMs: number | undefined): StreamStatus {
  const { closed, current, streak, lastFailure, alert, connects, downSinceMs, gaps } = state;
  return {
    state: stateName(state),
    attempt: streak.failures,
    lastError: lastFailure?.error,
    connectedAtMs: closed ? undefined : current?.openedAtMs,
    lastReceivedAtMs,
    reconnects: Math.max(0, connects - 1),
    alert,
    downSinceMs,
    gaps,
  };
}
