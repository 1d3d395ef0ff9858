import type { ConnectFailure } from "./connect-failure.ts";
import { afterFailure } from "./reconnect.ts";
import type { Retry } from "./reconnect.ts";
import type { StreamState } from "./stream-state.ts";
import type { Turn } from "./turn.ts";

/** Long delays are cut short when DingTalk comes back: we knock this often. */
export const KNOCK_EVERY_MS = 3_000;
/** An outage that lasts longer than this is waited for, no longer knocked at. */
const KNOCK_FOR_MS = 300_000;

function stopWaiting(state: StreamState, turn: Turn): StreamState {
  const { pursuit } = state;
  if (pursuit.kind !== "waiting") return state;
  turn.actions.push({ do: "disarm", timer: "retry" });
  if (pursuit.knock === "armed") turn.actions.push({ do: "disarm", timer: "knock" });
  return { ...state, pursuit: { kind: "none" } };
}

/** Goes for a new socket now. Never while that is being done; never for a third one. */
export function pursue(before: StreamState, turn: Turn): StreamState {
  const state = stopWaiting(before, turn);
  if (state.current !== undefined && state.draining !== undefined) {
    turn.actions.push({ do: "close", id: state.draining });
    return { ...state, pursuit: { kind: "making-room" } };
  }
  const id = state.nextId;
  turn.actions.push({ do: "open", id });
  return { ...state, nextId: id + 1, pursuit: { kind: "opening", id, sinceMs: turn.nowMs } };
}

/** Goes for a new socket after `delayMs`. */
export function wait(state: StreamState, delayMs: number, turn: Turn): StreamState {
  turn.actions.push({ do: "arm", timer: "retry", delayMs });
  return { ...state, pursuit: { kind: "waiting", knock: "off" } };
}

function alertText(failure: ConnectFailure, retry: Retry): string {
  const what = failure.fatal
    ? "DingTalk refuses the credentials"
    : `no stable connection to DingTalk after ${retry.streak.failures} attempts in a row`;
  return `${what}; retrying at the longest delay. Last failure: ${failure.error.message}`;
}

/** An attempt failed, or a socket was lost. Tries again later, for ever. */
export function fail(state: StreamState, failure: ConnectFailure, turn: Turn): StreamState {
  const { pursuit, current } = state;
  const retry = afterFailure(state.streak, failure.fatal, turn.options, turn.random);
  const alert = retry.streak.alerted ? alertText(failure, retry) : undefined;
  turn.actions.push({ do: "tell", note: { kind: "failing", failure, retry, alert } });
  const began = pursuit.kind === "opening" ? pursuit.sinceMs : turn.nowMs;
  const downSinceMs = current === undefined ? (state.downSinceMs ?? began) : undefined;
  const next = wait(
    { ...state, streak: retry.streak, lastFailure: failure, alert, downSinceMs },
    retry.delayMs,
    turn,
  );
  const young = downSinceMs !== undefined && turn.nowMs - downSinceMs < KNOCK_FOR_MS;
  if (!failure.outage || state.knocksMislead || !young || retry.delayMs <= KNOCK_EVERY_MS) return next;
  turn.actions.push({ do: "arm", timer: "knock", delayMs: KNOCK_EVERY_MS });
  return { ...next, pursuit: { kind: "waiting", knock: "armed" } };
}
