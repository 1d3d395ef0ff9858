import type { Clock } from "@dingtalk-kit/protocol";

import { failureOf } from "./failure.ts";
import {
  type FramePlan,
  frameDropped,
  frameShown,
  frameStarted,
  nextStep,
  startPlan,
  want,
} from "./frame-plan.ts";

/** Sends the latest wanted text as frames: one at a time, not faster than the interval. */
export interface FrameLoop {
  want(content: string, atOnce: boolean): void;
  /** Sends no more, and waits for the frame under way: what comes later must not be overtaken by it. */
  stop(): Promise<void>;
  /** Until when DingTalk asked us to send nothing. */
  readonly throttledUntilMs: number;
}

export interface FrameLoopOptions {
  readonly intervalMs: number;
  /** What is shown already. */
  readonly shown: string;
  readonly clock: Clock;
  send(content: string): Promise<void>;
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

  const pump = (): void => {
    if (stopped) return;
    const nowMs = clock.nowMs();
    const step = nextStep(plan, nowMs);
    if (step.kind === "send") {
      plan = frameStarted(plan, step.content, nowMs);
      flight = sendFrame(step.content);
    } else if (step.kind === "wait") {
      timer?.[Symbol.dispose]();
      timer = clock.after(step.untilMs - nowMs, pump);
    }
  };

  const sendFrame = async (content: string): Promise<void> => {
    try {
      await options.send(content);
      plan = frameShown(plan);
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
      await flight;
    },
    get throttledUntilMs() {
      return throttledUntilMs;
    },
  };
}
