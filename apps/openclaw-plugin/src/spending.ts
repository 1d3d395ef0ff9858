import { meterKeys, recordSpending } from "@dingtalk-kit/policy";
import type { Logger, StatePort } from "@dingtalk-kit/protocol";

import type { Arrival } from "./arrival.ts";
import { failureLine } from "./failure.ts";
import type { HouseRules } from "./house-rules.ts";
import { onRunUsage, warnUnlessHeard } from "./run-usage.ts";

/** Charges people and groups with the tokens that their answers use up, where `limits.*.spend` limits them. */
export interface Spending extends AsyncDisposable {
  /** A run of an agent began, for the sake of this message. */
  began(runId: string, arrival: Arrival): void;
}

export interface SpendingContext {
  readonly rules: Pick<HouseRules, "policy" | "factsOf">;
  /** Where the rules keep their meters. */
  readonly state: StatePort;
  readonly robotId: string;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** As the rules have them: they read what is written here. */
const NAMESPACE = "policy";
const KEPT_MS = 40 * 86_400_000;
const MOST_RACES = 20;

export function createSpending({ rules, state, robotId, nowMs, log }: SpendingContext): Spending {
  const { sender, group } = rules.policy.limits;
  const isLimited = sender.spend !== undefined || group.spend !== undefined;
  if (isLimited) warnUnlessHeard("limits: spend", log);
  const runs = new Set<Disposable>();
  let charging: Promise<void> = Promise.resolve();

  const add = async (arrival: Arrival, name: "sender" | "group", tokens: number): Promise<void> => {
    const facts = rules.factsOf(arrival);
    const key = meterKeys(facts, robotId)[name];
    if (key === undefined) return;
    for (let race = 0; race < MOST_RACES; race += 1) {
      const entry = await state.get(NAMESPACE, key);
      const kept = { meters: { [name]: entry?.value }, nowMs: nowMs() };
      const value = recordSpending(rules.policy, facts, tokens, kept)[name];
      if (value === undefined) return;
      const change = { expectedVersion: entry?.version, value, expiresAtMs: nowMs() + KEPT_MS };
      if ((await state.compareAndSet(NAMESPACE, key, change)) !== undefined) return;
    }
  };
  const charge = async (before: Promise<void>, arrival: Arrival, tokens: number): Promise<void> => {
    await before;
    try {
      await add(arrival, "sender", tokens);
      await add(arrival, "group", tokens);
    } catch (error) {
      const { messageId } = arrival.message;
      log.warn(`what an answer used up could not be counted: ${failureLine(error)}`, { messageId });
    }
  };

  return {
    began(runId, arrival) {
      if (!isLimited) return;
      const run = onRunUsage(runId, (tokens) => {
        runs.delete(run);
        charging = charge(charging, arrival, tokens);
      });
      runs.add(run);
    },
    async [Symbol.asyncDispose]() {
      for (const run of runs) run[Symbol.dispose]();
      await charging;
    },
  };
}
