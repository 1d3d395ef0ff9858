import { deadConnection, lostConnection } from "./connect-failure.ts";
import { addGap, gapEnds, gapStart } from "./gaps.ts";
import { TICK_MS, lookAt, startLiveness } from "./liveness.ts";
import { KNOCK_EVERY_MS, fail, pursue, wait } from "./pursuit.ts";
import { NO_FAILURES, STABLE_AFTER_MS, afterConnection, afterFailure } from "./reconnect.ts";
import type { ReconnectOptions } from "./reconnect.ts";
import type { Action, Link, StreamEvent, StreamState, TimerName } from "./stream-state.ts";
import type { Moment, Turn } from "./turn.ts";

type EventOf<T extends StreamEvent["type"]> = Extract<StreamEvent, { type: T }>;

export interface Step {
  readonly state: StreamState;
  readonly actions: readonly Action[];
}

/** DingTalk closes a rotated socket after about ten seconds; after that we do. */
const DRAIN_MS = 10_000;
/** A tick that comes this much too late: this machine slept. A busy event loop is not taken for it. */
const SLEPT_MS = 60_000;
const TIMERS: readonly TimerName[] = ["tick", "retry", "drain", "knock"];

function start(state: StreamState, turn: Turn): StreamState {
  if (state.started) return state;
  turn.actions.push({ do: "arm", timer: "tick", delayMs: TICK_MS });
  return pursue({ ...state, started: true, tickedAtMs: turn.nowMs }, turn);
}

function close(state: StreamState, turn: Turn): StreamState {
  for (const timer of TIMERS) turn.actions.push({ do: "disarm", timer });
  for (const id of [state.current?.id, state.draining]) {
    if (id !== undefined) turn.actions.push({ do: "close", id });
  }
  return { ...state, closed: true, pursuit: { kind: "none" }, downSinceMs: undefined };
}

/** The old socket is let go only now. */
function opened(state: StreamState, { id, endpoint, heardAtMs }: EventOf<"opened">, turn: Turn): StreamState {
  const { current: old, pursuit } = state;
  if (pursuit.kind !== "opening" || pursuit.id !== id) {
    turn.actions.push({ do: "close", id });
    return state;
  }
  turn.actions.push({ do: "tell", note: { kind: "connected", endpoint, reconnects: state.connects } });
  if (old !== undefined) turn.actions.push({ do: "arm", timer: "drain", delayMs: DRAIN_MS });
  const life = startLiveness(turn.nowMs);
  const next: StreamState = {
    ...state,
    pursuit: { kind: "none" },
    current: { id, openedAtMs: turn.nowMs, life, leaving: undefined },
    draining: old?.id ?? state.draining,
    connects: state.connects + 1,
    alert: undefined,
    knocksMislead: false,
    downSinceMs: undefined,
  };
  const gap = gapEnds(state, heardAtMs, turn.nowMs);
  if (gap === undefined) return next;
  turn.actions.push({ do: "tell", note: { kind: "gap", gap } });
  return { ...next, gaps: addGap(state.gaps, gap) };
}

/** The current socket is gone; it has brought nothing since `sinceMs`. */
function lose(state: StreamState, link: Link, sinceMs: number, turn: Turn): StreamState {
  const streak = afterConnection(state.streak, turn.nowMs - link.openedAtMs);
  const next: StreamState = { ...state, current: undefined, streak, downSinceMs: sinceMs };
  return state.pursuit.kind === "making-room" ? pursue(next, turn) : next;
}

function lost(state: StreamState, event: EventOf<"lost">, turn: Turn): StreamState {
  if (event.id === state.draining) {
    turn.actions.push({ do: "disarm", timer: "drain" });
    const next = { ...state, draining: undefined };
    return state.pursuit.kind === "making-room" ? pursue(next, turn) : next;
  }
  const { current, pursuit } = state;
  // One that we cut ourselves.
  if (event.id !== current?.id) return state;
  const next = lose(state, current, gapStart(current, event.heardAtMs, turn.nowMs), turn);
  // A socket that is leaving was expected to end: its replacement is under way.
  return pursuit.kind === "none" ? fail(next, lostConnection(event.code, event.reason), turn) : next;
}

function rotated(state: StreamState, { id, reason }: EventOf<"rotated">, turn: Turn): StreamState {
  const { current, pursuit, streak } = state;
  if (current === undefined || id !== current.id || current.leaving !== undefined) return state;
  turn.actions.push({ do: "tell", note: { kind: "rotating", reason } });
  const { nowMs } = turn;
  const leaving = { why: "rotated", sinceMs: nowMs, noticedAtMs: nowMs } as const;
  const next: StreamState = { ...state, current: { ...current, leaving } };
  if (pursuit.kind !== "none") return next;
  if (nowMs - current.openedAtMs >= STABLE_AFTER_MS) return pursue({ ...next, streak: NO_FAILURES }, turn);
  // A connection that is rotated away as soon as it stands is no success: the second one in a row waits.
  const retry = afterFailure(streak, false, turn.options, turn.random);
  const counted: StreamState = { ...next, streak: { ...retry.streak, alerted: streak.alerted } };
  return streak.failures === 0 ? pursue(counted, turn) : wait(counted, retry.delayMs, turn);
}

/** Sleep leaves sockets that look alive and are not. A new one is opened at once, beside the old. */
function wake(state: StreamState, sinceMs: number, turn: Turn): StreamState {
  const { nowMs } = turn;
  turn.actions.push({ do: "tell", note: { kind: "woke", awayMs: nowMs - sinceMs } });
  if (state.pursuit.kind === "waiting") return pursue(state, turn);
  if (state.pursuit.kind !== "none" || state.current === undefined) return state;
  const leaving = { why: "woken", sinceMs, noticedAtMs: nowMs } as const;
  return pursue({ ...state, current: { ...state.current, leaving } }, turn);
}

function watch(state: StreamState, event: EventOf<"tick">, elapsedMs: number, turn: Turn): StreamState {
  const { current } = state;
  if (current === undefined) return state;
  const { life, verdict, ping } = lookAt(current.life, { ...event, elapsedMs });
  if (verdict === "dead") {
    turn.actions.push({ do: "terminate", id: current.id });
    const next = lose(state, current, life.heardAtMs, turn);
    return state.pursuit.kind === "none"
      ? fail(next, deadConnection(turn.nowMs - life.heardAtMs), turn)
      : next;
  }
  if (ping) turn.actions.push({ do: "ping", id: current.id });
  const stable = turn.nowMs - current.openedAtMs >= STABLE_AFTER_MS && current.leaving === undefined;
  return { ...state, current: { ...current, life }, streak: stable ? NO_FAILURES : state.streak };
}

function tick(before: StreamState, event: EventOf<"tick">, turn: Turn): StreamState {
  turn.actions.push({ do: "arm", timer: "tick", delayMs: TICK_MS });
  // A clock that was set back says nothing about the time that passed.
  const elapsedMs = turn.nowMs < before.tickedAtMs ? TICK_MS : turn.nowMs - before.tickedAtMs;
  const state = { ...before, tickedAtMs: turn.nowMs };
  const slept = elapsedMs > TICK_MS + SLEPT_MS;
  return watch(slept ? wake(state, before.tickedAtMs, turn) : state, event, elapsedMs, turn);
}

function due(state: StreamState, { timer }: EventOf<"due">, turn: Turn): StreamState {
  const { draining, pursuit } = state;
  if (timer === "drain") {
    if (draining !== undefined) turn.actions.push({ do: "close", id: draining });
    return state;
  }
  if (pursuit.kind !== "waiting") return state;
  if (timer === "retry") return pursue(state, turn);
  turn.actions.push({ do: "knock" });
  return { ...state, pursuit: { kind: "waiting", knock: "asked" } };
}

function knocked(state: StreamState, { up }: EventOf<"knocked">, turn: Turn): StreamState {
  if (state.pursuit.kind !== "waiting" || state.pursuit.knock !== "asked") return state;
  // What follows shows whether the knock said the truth; a connection takes the doubt back.
  if (up) return pursue({ ...state, knocksMislead: true }, turn);
  turn.actions.push({ do: "arm", timer: "knock", delayMs: KNOCK_EVERY_MS });
  return { ...state, pursuit: { kind: "waiting", knock: "armed" } };
}

function failed(state: StreamState, { id, failure }: EventOf<"failed">, turn: Turn): StreamState {
  if (state.pursuit.kind !== "opening" || state.pursuit.id !== id) return state;
  return fail(state, failure, turn);
}

function transition(state: StreamState, event: StreamEvent, turn: Turn): StreamState {
  if (event.type === "opened") return opened(state, event, turn);
  if (state.closed) return state;
  if (event.type === "close") return close(state, turn);
  if (event.type === "start") return start(state, turn);
  if (event.type === "tick") return tick(state, event, turn);
  if (event.type === "due") return due(state, event, turn);
  if (event.type === "failed") return failed(state, event, turn);
  if (event.type === "rotated") return rotated(state, event, turn);
  if (event.type === "lost") return lost(state, event, turn);
  return knocked(state, event, turn);
}

/** Every decision about the sockets of one client: what to do next, given what happened. Does nothing itself. */
export function createMachine(
  options: ReconnectOptions,
): (state: StreamState, event: StreamEvent, moment: Moment) => Step {
  return (state, event, moment) => {
    const actions: Action[] = [];
    return { state: transition(state, event, { ...moment, options, actions }), actions };
  };
}
