import { describeFailure } from "../src/connect-failure.ts";
import { createMachine } from "../src/machine.ts";
import { INITIAL_STATE } from "../src/stream-state.ts";
import type { Action, StreamEvent, StreamState, TimerName } from "../src/stream-state.ts";
import { AuthError, ConnectionError } from "@dingtalk-kit/protocol";

/** Small, fast, and the same on every machine (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const failed = {
  stage: "connect.open",
  endpoint: "https://api.example.com",
  payload: undefined,
} as const;
const FAILURES = [
  describeFailure({ ...failed, error: new ConnectionError("refused", { stage: "connect.open" }) }),
  describeFailure({ ...failed, error: new AuthError("authFailed", { status: 401 }) }),
  describeFailure({
    ...failed,
    stage: "connect.websocket",
    error: new ConnectionError("reset", { stage: "connect.websocket" }),
  }),
] as const;

const step = createMachine({
  maxConnectionAttempts: 3,
  initialReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 60_000,
  reconnectJitter: 0.3,
});

/** What the machine acts on, as plain facts: timers, an attempt, sockets. Breaks when a rule is broken. */
export class World {
  state: StreamState = INITIAL_STATE;
  /** What timers count. */
  private runMs = 0;
  /** How far the wall clock is ahead of it. */
  private wallMs = 1_767_225_600_000;
  readonly timers = new Map<TimerName, number>();
  /** Sockets that are up, and whether they are being closed. */
  readonly sockets = new Map<number, "open" | "closing">();
  attempt: number | undefined;
  asked = false;
  heardAtMs = 0;
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  get nowMs(): number {
    return this.wallMs + this.runMs;
  }

  dispatch(event: StreamEvent): void {
    const { state, actions } = step(this.state, event, { nowMs: this.nowMs, random: this.random() });
    this.state = state;
    for (const action of actions) this.perform(action);
    this.check(event);
  }

  private perform(action: Action): void {
    switch (action.do) {
      case "arm":
        if (this.timers.has(action.timer)) throw new Error(`two live timers: ${action.timer}`);
        if (!(action.delayMs >= 0)) throw new Error(`delay of ${action.delayMs} ms`);
        this.timers.set(action.timer, this.runMs + action.delayMs);
        return;
      case "disarm":
        this.timers.delete(action.timer);
        return;
      case "open":
        if (this.attempt !== undefined) throw new Error("two attempts");
        this.attempt = action.id;
        return;
      case "close":
        if (this.sockets.has(action.id)) this.sockets.set(action.id, "closing");
        return;
      case "terminate":
        this.sockets.delete(action.id);
        return;
      case "knock":
        this.asked = true;
        return;
      case "ping":
        if (!this.sockets.has(action.id)) throw new Error("ping on a socket that is gone");
        return;
      case "tell":
    }
  }

  private check(event: StreamEvent): void {
    const { state, sockets, attempt, timers } = this;
    const count = sockets.size + (attempt === undefined ? 0 : 1);
    if (count > 2) throw new Error(`${count} sockets after ${event.type}`);
    if (state.closed) {
      if (timers.size > 0) throw new Error(`timers left: ${[...timers.keys()].join(", ")}`);
      if ([...sockets.values()].includes("open")) throw new Error("a socket was left open");
      return;
    }
    if (!timers.has("tick")) throw new Error("no tick");
    const { current, pursuit } = state;
    const content = current !== undefined && current.leaving === undefined;
    const busy = attempt !== undefined || timers.has("retry") || pursuit.kind === "making-room";
    if (!content && !busy) throw new Error(`stuck after ${event.type}`);
    if (pursuit.kind === "making-room" && ![...sockets.values()].includes("closing")) {
      throw new Error("makes room for ever");
    }
    const knocks = pursuit.kind === "waiting" && pursuit.knock === "armed";
    if (timers.has("knock") !== knocks) throw new Error("knock timer of nobody");
    if (timers.has("retry") !== (pursuit.kind === "waiting")) throw new Error("retry timer of nobody");
  }

  /** One thing that may happen, drawn at random. */
  happen(): void {
    const dice = this.random();
    if (dice < 0.35) return this.pass(Math.floor(this.random() * 12_000));
    if (dice < 0.55) return this.settleAttempt(this.random() < 0.6);
    if (dice < 0.65) return this.rotate();
    if (dice < 0.8) return this.loseOne();
    if (dice < 0.85) return this.hear();
    if (dice < 0.9) return this.answerKnock(this.random() < 0.5);
    if (dice < 0.93) return this.jump();
    return this.stray();
  }

  /** Time passes, and timers fire: each at its moment, or late when the loop was blocked. */
  pass(byMs: number): void {
    const endMs = this.runMs + byMs;
    const late = this.random() < 0.2;
    for (;;) {
      const next = [...this.timers].filter(([, atMs]) => atMs <= endMs).toSorted((a, b) => a[1] - b[1])[0];
      if (next === undefined) break;
      const [timer, atMs] = next;
      this.runMs = late ? endMs : Math.max(this.runMs, atMs);
      this.timers.delete(timer);
      if (timer === "tick")
        this.dispatch({ type: "tick", heardAtMs: this.heardAtMs, paused: this.random() < 0.05 });
      else this.dispatch({ type: "due", timer });
    }
    this.runMs = endMs;
  }

  settleAttempt(good: boolean): void {
    const id = this.attempt;
    if (id === undefined) return;
    this.attempt = undefined;
    if (good) {
      this.sockets.set(id, "open");
      const { heardAtMs } = this;
      this.dispatch({ type: "opened", id, endpoint: "wss://example.com", heardAtMs });
      this.heardAtMs = this.nowMs;
      return;
    }
    const failure = FAILURES[Math.floor(this.random() * FAILURES.length)] ?? FAILURES[0];
    this.dispatch({ type: "failed", id, failure });
  }

  private someSocket(): number | undefined {
    const ids = [...this.sockets.keys()];
    return ids[Math.floor(this.random() * ids.length)];
  }

  rotate(): void {
    const id = this.someSocket();
    if (id !== undefined) this.dispatch({ type: "rotated", id, reason: "connection is expired" });
  }

  loseOne(id: number | undefined = this.someSocket()): void {
    if (id === undefined) return;
    this.sockets.delete(id);
    const { heardAtMs } = this;
    this.dispatch({ type: "lost", id, code: 1006, reason: "reset", heardAtMs });
  }

  hear(): void {
    if (this.state.current !== undefined) this.heardAtMs = this.nowMs;
  }

  answerKnock(up: boolean): void {
    if (!this.asked) return;
    this.asked = false;
    this.dispatch({ type: "knocked", up });
  }

  /** The machine slept, or its clock was set. */
  jump(): void {
    this.wallMs += Math.floor((this.random() - 0.3) * 7_200_000);
  }

  /** What comes too late, twice, or from a socket that is long gone. */
  private stray(): void {
    const id = Math.floor(this.random() * (this.state.nextId + 1));
    const known = this.sockets.has(id) || this.attempt === id;
    const dice = this.random();
    if (dice < 0.2) return this.dispatch({ type: "start" });
    if (dice < 0.4) return this.dispatch({ type: "knocked", up: this.random() < 0.5 });
    if (known) return undefined;
    if (dice < 0.6) return this.dispatch({ type: "rotated", id, reason: "late" });
    if (dice < 0.8) {
      return this.dispatch({ type: "lost", id, code: 1000, reason: "late", heardAtMs: this.heardAtMs });
    }
    return this.dispatch({ type: "failed", id, failure: FAILURES[0] });
  }

  get well(): boolean {
    const { current, pursuit, draining } = this.state;
    return (
      current !== undefined &&
      current.leaving === undefined &&
      pursuit.kind === "none" &&
      draining === undefined
    );
  }

  /** From here on everything works: closing sockets go, attempts succeed, sockets speak. */
  heal(): void {
    for (let round = 0; round < 40 && !this.well; round += 1) {
      for (const [id, how] of this.sockets) if (how === "closing") this.loseOne(id);
      this.settleAttempt(true);
      this.hear();
      this.answerKnock(true);
      this.pass(4_000);
    }
  }
}
