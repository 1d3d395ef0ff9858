import { matchesPath } from "./call-log.ts";
import { readDetails, readTiming } from "./fault-read.ts";
import type { FaultDetails, FaultKind, FaultWhere } from "./fault-spec.ts";
import type { JsonObject } from "./json.ts";

/** A fault as it stands. */
export interface FaultInfo {
  readonly id: string;
  /** As it was set. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** `waiting` before its time, `over` when its time or its number is used up or it was lifted. */
  readonly state: "waiting" | "active" | "over";
  /** Opportunities so far: frames, calls, … that it could have struck. */
  readonly seen: number;
  readonly struck: number;
  /** Which opportunities it struck, counted from 1; the last 10 000. The same seed gives the same ones. */
  readonly strikes: readonly number[];
}

/** A fault that can be taken back. Disposing lifts it. */
export interface FaultHandle extends Disposable {
  readonly id: string;
  info(): FaultInfo;
  /** Strikes no more. What it already did stays done: a half-open socket stays half-open. */
  lift(): void;
}

/** One opportunity for a fault. */
export type Subject = { readonly [K in keyof FaultWhere]: FaultWhere[K] };

/** A fault that stands, for the part of the simulator that carries it out. */
export interface StandingFault<K extends FaultKind> {
  readonly handle: FaultHandle;
  readonly details: FaultDetails<K>;
  readonly fromMs: number;
  /** Whether it strikes this time. Every call counts as an opportunity. */
  draw(subject: Subject): boolean;
  isOver(): boolean;
  onEnd(run: () => void): void;
}

/** The last strikes that are remembered. */
const MAX_STRIKES = 10_000;

interface FaultParts {
  readonly id: string;
  readonly order: JsonObject;
  readonly nowMs: () => number;
  /** In [0, 1): one number for each opportunity. */
  readonly random: () => number;
}

/** @throws ConfigError when the order makes no sense */
export function createFault<K extends FaultKind>(kind: K, parts: FaultParts): StandingFault<K> {
  const { id, order, nowMs, random } = parts;
  const details = readDetails(kind, order);
  const { where, probability, times, fromMs, forMs } = readTiming(kind, order);
  const beginsAtMs = nowMs() + fromMs;
  const strikes: number[] = [];
  const endings: Array<() => void> = [];
  let seen = 0;
  let struck = 0;
  let isLifted = false;

  const isOver = (): boolean => isLifted || struck >= times || nowMs() >= beginsAtMs + forMs;
  const end = (): void => {
    for (const run of endings.splice(0)) run();
  };
  const info = (): FaultInfo => ({
    id,
    spec: order,
    state: isOver() ? "over" : nowMs() < beginsAtMs ? "waiting" : "active",
    seen,
    struck,
    strikes: [...strikes],
  });
  const lift = (): void => {
    isLifted = true;
    end();
  };
  return {
    handle: { id, info, lift, [Symbol.dispose]: lift },
    details,
    fromMs,
    draw(subject) {
      if (isOver()) {
        end();
        return false;
      }
      if (nowMs() < beginsAtMs || !matches(where, subject)) return false;
      seen += 1;
      // One number for each opportunity, even where it decides nothing: the n-th one always gets the n-th number.
      if (random() >= probability) return false;
      struck += 1;
      strikes.push(seen);
      if (strikes.length > MAX_STRIKES) strikes.shift();
      if (isOver()) end();
      return true;
    },
    isOver,
    onEnd: (run) => void endings.push(run),
  };
}

function matches(where: FaultWhere, subject: Subject): boolean {
  return (
    (where.path === undefined || matchesPath(where.path, subject.path ?? "")) &&
    (where.method === undefined || where.method.toUpperCase() === subject.method) &&
    (where.holds === undefined || subject.holds?.includes(where.holds) === true) &&
    (where.topic === undefined || where.topic === subject.topic) &&
    (where.clientId === undefined || where.clientId === subject.clientId) &&
    (where.connectionId === undefined || where.connectionId === subject.connectionId) &&
    (where.conversationId === undefined || where.conversationId === subject.conversationId)
  );
}
