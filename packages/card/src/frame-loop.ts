import type { Clock } from "@dingtalk-kit/protocol";

import { failureOf } from "./failure.ts";
import {
  type FramePlan,
  frameDropped,
  frameRenewed,
  frameShown,
  frameStarted,
  nextStep,
  startPlan,
  want,
} from "./frame-plan.ts";

/** Sends the latest wanted text as frames: one at a time, not faster than the interval. */
export interface FrameLoop {
  want(content: string, atOnce: boolean): void;
  /** Sends no more; takes back a frame that has not left, and waits for one that has: it must not overtake the end. */
  stop(): Promise<void>;
  /** Until when DingTalk asked us to send nothing. */
  readonly throttledUntilMs: number;
}

/** One frame that is about to go. */
export interface GrowingFrame {
  readonly content: string;
  /** Nobody saw any words of the answer before. */
  readonly first: boolean;
  /** To be asked once, when the frame leaves: the content by then. */
  newest(): string;
}

export interface FrameLoopOptions {
  readonly intervalMs: number;
  /** What is shown already. */
  readonly shown: string;
  readonly clock: Clock;
  send(frame: GrowingFrame): Promise<void>;
  /** Takes back the frame that waits, if it has not left; `send` then resolves. @returns whether it did. */
  withdraw(): boolean;
  onShown(content: string): void;
  /** Called when a frame failed for good. A new text makes the loop go on with it; `undefined` ends it. */
  onRefused(error: unknown): string | undefined;
}

export function createFrameLoop(options: FrameLoopOptions): FrameLoop {
  const { clock } = options;
  let plan: FramePlan = startPlan(options.intervalMs, options.shown);
  let throttledUntilMs = 0;
  let stopped = false;
  let timer: Disposable | undefined;
  let flight: Promise<void> | undefined;
  let withdrawn = false;

  const pump = (): void => {
    if (stopped) return;
    const nowMs = clock.nowMs();
    const step = nextStep(plan, nowMs);
    if (step.kind === "send") {
      const { first } = plan;
      plan = frameStarted(plan, step.content, nowMs);
      flight = sendFrame({ content: step.content, first, newest });
    } else if (step.kind === "wait") {
      timer?.[Symbol.dispose]();
      timer = clock.after(step.untilMs - nowMs, pump);
    }
  };

  const newest = (): string => {
    plan = frameRenewed(plan);
    return plan.wanted;
  };

  const sendFrame = async (frame: GrowingFrame): Promise<void> => {
    try {
      await options.send(frame);
      if (withdrawn) return;
      plan = frameShown(plan);
      options.onShown(plan.shown);
    } catch (error) {
      drop(error);
    }
    pump();
  };

  const drop = (error: unknown): void => {
    const { retryable, retryAfterMs } = failureOf(error);
    const nowMs = clock.nowMs();
    plan = frameDropped(plan, nowMs, retryAfterMs);
    if (retryAfterMs !== undefined) throttledUntilMs = nowMs + retryAfterMs;
    if (retryable) return;
    const instead = options.onRefused(error);
    if (instead === undefined) stopped = true;
    else plan = want(plan, instead, false);
  };

  return {
    want(content, atOnce) {
      plan = want(plan, content, atOnce);
      pump();
    },
    async stop() {
      stopped = true;
      timer?.[Symbol.dispose]();
      withdrawn = options.withdraw();
      await flight;
    },
    get throttledUntilMs() {
      return throttledUntilMs;
    },
  };
}
