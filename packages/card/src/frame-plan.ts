/**
 * What a growing card shows, shall show, and when it may be sent: the pure core of the card driver.
 * Each function gives a new plan; nothing here knows the time but by `nowMs`.
 */
export interface FramePlan {
  readonly intervalMs: number;
  /** What the card shall show. */
  readonly wanted: string;
  /** What the card shows, as far as DingTalk confirmed. */
  readonly shown: string;
  /** Whether what is wanted has the first words of the answer, which nobody saw yet. */
  readonly first: boolean;
  /** The frame under way. There is never a second one. */
  readonly inFlight: FlyingFrame | undefined;
  /** The interval's end. */
  readonly nextAtMs: number;
  /** Until then DingTalk takes no frame: it throttles, or it fails. */
  readonly blockedUntilMs: number;
  /** Failures in a row. */
  readonly failures: number;
}

interface FlyingFrame {
  readonly content: string;
  readonly first: boolean;
}

export type FrameStep =
  | { readonly kind: "idle" }
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "send"; readonly content: string };

const LONGEST_BACKOFF_MS = 10_000;

export function startPlan(intervalMs: number, shown: string): FramePlan {
  return {
    intervalMs,
    wanted: shown,
    shown,
    first: true,
    inFlight: undefined,
    nextAtMs: 0,
    blockedUntilMs: 0,
    failures: 0,
  };
}

/** Wants `text` to be shown; `atOnce` lets it pass the interval (the first words of an answer after a note). */
export function want(plan: FramePlan, text: string, atOnce: boolean): FramePlan {
  return { ...plan, wanted: text, first: plan.first || atOnce, nextAtMs: atOnce ? 0 : plan.nextAtMs };
}

/** What to do now. */
export function nextStep(plan: FramePlan, nowMs: number): FrameStep {
  if (plan.inFlight !== undefined || plan.wanted === plan.shown) return { kind: "idle" };
  const untilMs = Math.max(plan.nextAtMs, plan.blockedUntilMs);
  return nowMs < untilMs ? { kind: "wait", untilMs } : { kind: "send", content: plan.wanted };
}

/** The interval runs from the start of a frame, so that a slow DingTalk does not slow the card further. */
export function frameStarted(plan: FramePlan, content: string, nowMs: number): FramePlan {
  const inFlight = { content, first: plan.first };
  return { ...plan, inFlight, first: false, nextAtMs: nowMs + plan.intervalMs };
}

/** The frame leaves only now, because it had to wait its turn: it takes along what came in the meantime. */
export function frameRenewed(plan: FramePlan): FramePlan {
  if (plan.inFlight === undefined) return plan;
  const inFlight = { content: plan.wanted, first: plan.first || plan.inFlight.first };
  return { ...plan, inFlight, first: false };
}

export function frameShown(plan: FramePlan): FramePlan {
  return { ...plan, shown: plan.inFlight?.content ?? plan.shown, inFlight: undefined, failures: 0 };
}

/** Drops the frame; a later one, being whole, repairs it. `retryAfterMs` is what DingTalk asked for, if it did. */
export function frameDropped(plan: FramePlan, nowMs: number, retryAfterMs: number | undefined): FramePlan {
  const backoffMs = Math.min(plan.intervalMs * 2 ** plan.failures, LONGEST_BACKOFF_MS);
  return {
    ...plan,
    first: plan.first || plan.inFlight?.first === true,
    inFlight: undefined,
    failures: plan.failures + 1,
    blockedUntilMs: nowMs + (retryAfterMs ?? backoffMs),
  };
}
