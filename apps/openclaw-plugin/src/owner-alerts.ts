import type { Clock, Logger, RobotSendPort, Target } from "@dingtalk-kit/protocol";

import { alertMessage } from "./alert-texts.ts";
import type { Alert } from "./alert-texts.ts";
import type { Language } from "./explanations.ts";
import { failureLine } from "./failure.ts";
import { mayHeal } from "./reply-result.ts";

/** Alerts are about one of these. Of each only the latest is on its way: it says what holds now. */
export type Topic = "link" | "dead-letter" | "quota";

/** Tells the owner of a robot what somebody should see to. Disposing drops what could not be sent. */
export interface OwnerAlerts extends AsyncDisposable {
  /** In place of one about the same that was not sent yet. @param onSent - called when DingTalk has taken it */
  raise(topic: Topic, alert: Alert, onSent?: () => void): void;
  /** Takes back what was not sent yet. */
  withdraw(topic: Topic): void;
  /** DingTalk may be reached again: tries now what has failed before. */
  hurry(): void;
}

export interface OwnerAlertsContext {
  readonly target: Target;
  readonly robot: RobotSendPort;
  readonly accountId: string;
  readonly language: Language;
  readonly clock: Clock;
  readonly log: Logger;
}

const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 1_800_000;
/** Older news help nobody. */
const KEPT_MS = 86_400_000;

interface Pending {
  readonly alert: Alert;
  readonly raisedAtMs: number;
  readonly onSent: (() => void) | undefined;
}

/**
 * One message at a time, tried again while it may help. Nothing comes of an alert that fails but a line in the log: it
 * raises no other. What may have arrived is repeated: rather twice than never.
 */
export function createOwnerAlerts(context: OwnerAlertsContext): OwnerAlerts {
  const { target, robot, accountId, language, clock, log } = context;
  const pending = new Map<Topic, Pending>();
  const closing = new AbortController();
  let pause = new AbortController();
  let sending: Promise<void> | undefined;

  /** @returns whether the alert has left our hands, for good or for nothing. */
  const send = async (topic: Topic, { alert, raisedAtMs, onSent }: Pending): Promise<boolean> => {
    try {
      await robot.send(target, alertMessage(alert, { accountId, language }), closing.signal);
      log.info("the owner was told", { topic });
      onSent?.();
      return true;
    } catch (error) {
      if (closing.signal.aborted) return false;
      const isLate = clock.nowMs() - raisedAtMs >= KEPT_MS;
      if (mayHeal(error) && !isLate) {
        log.debug(`the owner could not be told yet: ${failureLine(error)}`, { topic });
        return false;
      }
      log.warn(`the owner could not be told: ${failureLine(error)}`, { topic, setting: "alertTo" });
      return true;
    }
  };
  const sendAll = async (): Promise<void> => {
    for (let delayMs = FIRST_DELAY_MS; pending.size > 0 && !closing.signal.aborted;) {
      let isStuck = false;
      for (const [topic, waiting] of pending) {
        const isDone = await send(topic, waiting);
        if (isDone && pending.get(topic) === waiting) pending.delete(topic);
        isStuck ||= !isDone;
      }
      if (!isStuck) continue;
      pause = new AbortController();
      const woken = AbortSignal.any([pause.signal, closing.signal]);
      await clock.sleep(delayMs, woken).catch(() => undefined);
      delayMs = pause.signal.aborted ? FIRST_DELAY_MS : Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  };

  const start = (): void => {
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (pending.size > 0 && !closing.signal.aborted) start();
    });
  };

  return {
    raise(topic, alert, onSent) {
      if (closing.signal.aborted) return;
      pending.set(topic, { alert, raisedAtMs: clock.nowMs(), onSent });
      pause.abort();
      start();
    },
    withdraw: (topic) => void pending.delete(topic),
    hurry: () => pause.abort(),
    async [Symbol.asyncDispose]() {
      closing.abort();
      await sending;
    },
  };
}
