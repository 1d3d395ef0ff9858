/** What is known of one socket's life. Only what arrives proves it, never what we send. */
export interface Liveness {
  /** When anything arrived last. */
  readonly heardAtMs: number;
  /** Ticks until the next ping. */
  readonly pingIn: number;
  /** Pings without anything in return. */
  readonly unanswered: number;
  /** How sure we are that an answer to the second of them would be here by now. */
  readonly patience: number;
}

/** A look at the socket. */
export interface Tick {
  readonly heardAtMs: number;
  /** Time since the last look. */
  readonly elapsedMs: number;
  /** Nothing is read at the moment, so silence proves nothing. */
  readonly paused: boolean;
}

export interface Look {
  readonly life: Liveness;
  readonly verdict: "alive" | "dead";
  /** Whether a ping is due. */
  readonly ping: boolean;
}

/** Time between two looks. */
export const TICK_MS = 5_000;
/** A ping every ten seconds. */
const TICKS_PER_PING = 2;
/** Killing after one missed pong cuts healthy sockets. */
const UNANSWERED_PINGS = 2;
/** A look that comes later than this was held up by a busy event loop. */
const PUNCTUAL_MS = 1_000;

export function startLiveness(nowMs: number): Liveness {
  return { heardAtMs: nowMs, pingIn: TICKS_PER_PING, unanswered: 0, patience: 0 };
}

/**
 * Judges a socket, once every {@link TICK_MS}: dead when two pings and the tick after them brought nothing at all, 15 to
 * 25 s after the last byte. A late tick says that our event loop was busy. The answer may then lie unread in the kernel,
 * so the verdict waits for one more: whatever arrived is read between two ticks.
 */
export function lookAt(life: Liveness, { heardAtMs, elapsedMs, paused }: Tick): Look {
  const pingIn = life.pingIn - 1;
  const ping = pingIn <= 0;
  const next = { heardAtMs, pingIn: ping ? TICKS_PER_PING : pingIn };
  if (paused || heardAtMs !== life.heardAtMs) {
    return { life: { ...next, unanswered: ping ? 1 : 0, patience: 0 }, verdict: "alive", ping };
  }
  const punctual = elapsedMs <= TICK_MS + PUNCTUAL_MS;
  const patience = life.unanswered < UNANSWERED_PINGS ? 0 : life.patience + (punctual ? 2 : 1);
  const unanswered = life.unanswered + (ping ? 1 : 0);
  return { life: { ...next, unanswered, patience }, verdict: patience >= 2 ? "dead" : "alive", ping };
}
