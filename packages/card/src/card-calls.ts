import { type CardPort, FLOW_STATUS, type Ports } from "@dingtalk-kit/protocol";

import { failureFields, isWrongVariable } from "./failure.ts";
import { ONCE, type PortCalls, type RetryRule } from "./port-calls.ts";
import type { CardTemplate } from "./template.ts";

/** How a card ends. */
export type Ending = "FINISHED" | "FAILED";

/** What the parts of one reply that touch its card share. */
export interface CardContext {
  readonly cards: CardPort;
  readonly template: CardTemplate;
  readonly calls: PortCalls;
  readonly ports: Ports;
  readonly intervalMs: number;
  onShown(chars: number): void;
  /** The card refuses frames for good. Called once. */
  onLost(error: unknown): void;
}

const STATE_RETRY: RetryRule = { attempts: 2, delayMs: 500 };

/** The calls that one card makes once it is delivered. */
export interface CardCalls {
  stream(content: string, state: "INPUTING" | Ending, rule: RetryRule): Promise<void>;
  /** For templates that do not follow the stream. A failure is logged: the text is there already. */
  setState(state: Ending): Promise<void>;
  /** Ends the card as failed, by whichever call still works. */
  close(shortText: string, lostBy: unknown): Promise<void>;
}

export function createCardCalls(outTrackId: string, context: CardContext): CardCalls {
  const { cards, template, calls, ports } = context;
  const { key } = template;

  const frame = (content: string, ending: "open" | "finalize" | "failed", rule: RetryRule): Promise<void> => {
    // One guid for all attempts of a frame: DingTalk ignores a repetition, so a retry after a lost answer is safe.
    const guid = ports.randomId();
    const flags = { finalize: ending === "finalize", failed: ending === "failed" };
    return calls.run(rule, () => cards.stream({ outTrackId, guid, key, content, ...flags }));
  };

  const stream: CardCalls["stream"] = async (content, state, rule) => {
    if (state === "INPUTING") return frame(content, "open", rule);
    if (state === "FINISHED" || !template.failedState) return frame(content, "finalize", rule);
    try {
      await frame(content, "failed", rule);
    } catch (error) {
      // What DingTalk answers when the template has no failed state after all.
      if (!isWrongVariable(error)) throw error;
      await frame(content, "finalize", rule);
    }
  };

  return {
    stream,
    async setState(state) {
      const { stateVariable } = template;
      if (stateVariable === undefined) return;
      const params = { [stateVariable]: FLOW_STATUS[state] };
      try {
        await calls.run(STATE_RETRY, () => cards.update({ outTrackId, params }));
      } catch (error) {
        ports.log.warn("card state could not be set", { outTrackId, state, ...failureFields(error) });
      }
    },
    async close(shortText, lostBy) {
      const params = { [template.stateVariable ?? "flowStatus"]: FLOW_STATUS.FAILED, [key]: shortText };
      const ways = [
        () => stream(shortText, "FAILED", ONCE),
        () => calls.run(ONCE, () => cards.update({ outTrackId, params })),
      ];
      for (const way of isWrongVariable(lostBy) ? ways.slice(1) : ways) {
        try {
          await way();
          return;
        } catch (error) {
          ports.log.warn("card could not be closed", { outTrackId, ...failureFields(error) });
        }
      }
    },
  };
}
