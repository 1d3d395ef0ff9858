import type { ConnectFailure } from "./connect-failure.ts";
import type { Liveness } from "./liveness.ts";
import { NO_FAILURES } from "./reconnect.ts";
import type { FailureStreak, Retry } from "./reconnect.ts";
import type { StreamGap } from "./status.ts";

/** One socket that is up. */
export interface Link {
  readonly id: number;
  readonly openedAtMs: number;
  readonly life: Liveness;
  /** Set when a new socket shall take its place. It is read until then, and to its end after that. */
  readonly leaving: Leaving | undefined;
}

export interface Leaving {
  /** DingTalk asked for it, or this machine slept and the socket may be dead. */
  readonly why: "rotated" | "woken";
  /** Since when nothing may have been delivered on it. */
  readonly sinceMs: number;
  readonly noticedAtMs: number;
}

/** What is done for a new socket. */
export type Pursuit =
  | { readonly kind: "none" }
  /** One attempt at a time. */
  | { readonly kind: "opening"; readonly id: number; readonly sinceMs: number }
  /** The retry timer is armed. Meanwhile we may knock, to see whether DingTalk is back. */
  | { readonly kind: "waiting"; readonly knock: "off" | "armed" | "asked" }
  /** A third socket is never opened: the oldest one has to go first. */
  | { readonly kind: "making-room" };

/** All that the decisions about a client's connections rest on. */
export interface StreamState {
  readonly started: boolean;
  readonly closed: boolean;
  readonly nextId: number;
  readonly pursuit: Pursuit;
  /** The socket that DingTalk delivers to. */
  readonly current: Link | undefined;
  /** The socket before it, on its way out. */
  readonly draining: number | undefined;
  readonly streak: FailureStreak;
  readonly lastFailure: ConnectFailure | undefined;
  readonly alert: string | undefined;
  /** A knock was answered, and the attempt after it failed all the same. */
  readonly knocksMislead: boolean;
  readonly connects: number;
  readonly tickedAtMs: number;
  readonly downSinceMs: number | undefined;
  readonly gaps: readonly StreamGap[];
}

export const INITIAL_STATE: StreamState = {
  started: false,
  closed: false,
  nextId: 1,
  pursuit: { kind: "none" },
  current: undefined,
  draining: undefined,
  streak: NO_FAILURES,
  lastFailure: undefined,
  alert: undefined,
  knocksMislead: false,
  connects: 0,
  tickedAtMs: 0,
  downSinceMs: undefined,
  gaps: [],
};

/** `heardAtMs` is when anything arrived last on the current socket. */
export type StreamEvent =
  | { readonly type: "start" }
  | { readonly type: "close" }
  | { readonly type: "tick"; readonly heardAtMs: number; readonly paused: boolean }
  | { readonly type: "due"; readonly timer: "retry" | "drain" | "knock" }
  | { readonly type: "opened"; readonly id: number; readonly endpoint: string; readonly heardAtMs: number }
  | { readonly type: "failed"; readonly id: number; readonly failure: ConnectFailure }
  | { readonly type: "rotated"; readonly id: number; readonly reason: string }
  | {
      readonly type: "lost";
      readonly id: number;
      readonly code: number;
      readonly reason: string;
      readonly heardAtMs: number;
    }
  | { readonly type: "knocked"; readonly up: boolean };

export type TimerName = "tick" | "retry" | "drain" | "knock";

export type Action =
  | { readonly do: "open" | "ping" | "close" | "terminate"; readonly id: number }
  | { readonly do: "knock" }
  | { readonly do: "arm"; readonly timer: TimerName; readonly delayMs: number }
  | { readonly do: "disarm"; readonly timer: TimerName }
  | { readonly do: "tell"; readonly note: Note };

/** Something that people shall read in the log. */
export type Note =
  | { readonly kind: "connected"; readonly endpoint: string; readonly reconnects: number }
  | {
      readonly kind: "failing";
      readonly failure: ConnectFailure;
      readonly retry: Retry;
      readonly alert: string | undefined;
    }
  | { readonly kind: "rotating"; readonly reason: string }
  | { readonly kind: "woke"; readonly awayMs: number }
  | { readonly kind: "gap"; readonly gap: StreamGap };
