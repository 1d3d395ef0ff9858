/** When a socket was last known to be alive. */
export interface LivenessState {
  /** Start of the present silence. Only what arrives ends it, never what we send. */
  readonly silentSinceMs: number;
  readonly checkedAtMs: number;
}

export interface Liveness {
  readonly state: LivenessState;
  readonly verdict: "alive" | "dead";
}

/** Time between two checks. Each one sends a ping. */
export const CHECK_EVERY_MS = 10_000;
/** Two pings and a half without anything in return. Killing after one missed pong cuts healthy sockets. */
const DEAD_AFTER_MS = 25_000;

export function startLiveness(nowMs: number): LivenessState {
  return { silentSinceMs: nowMs, checkedAtMs: nowMs };
}

export function received(state: LivenessState, nowMs: number): LivenessState {
  return { ...state, silentSinceMs: nowMs };
}

/**
 * Judges a socket, once every {@link CHECK_EVERY_MS}. A check that comes late says that this process slept or was busy,
 * and then the silence proves nothing: it is counted anew.
 */
export function checkLiveness(state: LivenessState, nowMs: number): Liveness {
  const late = nowMs - state.checkedAtMs > 2 * CHECK_EVERY_MS;
  const silentSinceMs = late ? nowMs : state.silentSinceMs;
  return {
    state: { silentSinceMs, checkedAtMs: nowMs },
    verdict: nowMs - silentSinceMs > DEAD_AFTER_MS ? "dead" : "alive",
  };
}
