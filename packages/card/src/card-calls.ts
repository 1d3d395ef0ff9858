import { type CardPort, FLOW_STATUS, type Ports, type ReplyEnd } from "@dingtalk-kit/protocol";

import { createDoubt } from "./doubt.ts";
import { failureFields, isNotThere, isWrongVariable } from "./failure.ts";
import type { GrowingFrame } from "./frame-loop.ts";
import { ONCE, type PortCalls, type RetryRule } from "./port-calls.ts";
import type { CardTemplate } from "./template.ts";

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
/** The answer is with the person already; what is left of the card must not look like one, or like one that grows. */
const CLOSE_RETRY: RetryRule = { attempts: 3, delayMs: 1_000 };

/** The calls that one card makes once it is delivered. */
export interface CardCalls {
  /** A last frame failed in a way that may have closed the card all the same. */
  readonly mayBeClosed: boolean;
  /** Shows more of an answer that goes on. Not repeated: the next frame has its text. */
  grow(frame: GrowingFrame): Promise<void>;
  /** Takes back a frame that has not left. @returns whether there was one. */
  withdraw(): boolean;
  /** Shows the last text and ends the stream. */
  finalize(content: string, ending: ReplyEnd, rule: RetryRule): Promise<void>;
  /** For templates that do not follow the stream. A failure is logged: the text is there already. */
  setState(state: ReplyEnd): Promise<void>;
  /** Shows the last text and the final state by an update, which a card takes in any state. */
  put(content: string, ending: ReplyEnd, rule: RetryRule): Promise<void>;
  /** Ends the card as failed, by whichever call still works. */
  close(shortText: string, lostBy: unknown): Promise<void>;
}

export function createCardCalls(outTrackId: string, context: CardContext): CardCalls {
  const { cards, template, calls, ports } = context;
  const { key } = template;
  const doubt = createDoubt();

  const last = (content: string, failed: boolean, rule: RetryRule): Promise<void> => {
    // One guid for all attempts of a frame: DingTalk ignores a repetition, so a retry after a lost answer is safe.
    const guid = ports.randomId();
    const frame = { outTrackId, guid, key, content, finalize: !failed, failed };
    return calls.run(rule, () => doubt.watch(() => cards.stream(frame)));
  };

  const finalize: CardCalls["finalize"] = async (content, ending, rule) => {
    if (ending === "FINISHED" || !template.failedState) return last(content, false, rule);
    try {
      await last(content, true, rule);
    } catch (error) {
      // What DingTalk answers when the template has no failed state after all.
      if (!isWrongVariable(error)) throw error;
      await last(content, false, rule);
    }
  };

  const put: CardCalls["put"] = (content, ending, rule) => {
    const params = { [template.stateVariable ?? "flowStatus"]: FLOW_STATUS[ending], [key]: content };
    return calls.run(rule, () => cards.update({ outTrackId, params }));
  };

  return {
    get mayBeClosed() {
      return doubt.raised;
    },
    grow(frame) {
      const guid = ports.randomId();
      return calls.run(ONCE, () =>
        cards.stream({ outTrackId, guid, key, finalize: false, failed: false, ...frame }),
      );
    },
    withdraw() {
      const withdrawn = cards.withdraw?.(outTrackId) ?? false;
      if (withdrawn) calls.takeBack();
      return withdrawn;
    },
    finalize,
    put,
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
      const update = (): Promise<void> => put(shortText, "FAILED", CLOSE_RETRY);
      const frame = (): Promise<void> => finalize(shortText, "FAILED", ONCE);
      // A card that is closed already refuses frames, or ignores them.
      const ways = isWrongVariable(lostBy) ? [update] : doubt.raised ? [update, frame] : [frame, update];
      let failure: unknown;
      for (const way of ways) {
        try {
          await way();
          return;
        } catch (error) {
          if (isNotThere(error)) return;
          failure = error;
        }
      }
      ports.log.warn("card could not be closed", { outTrackId, ...failureFields(failure) });
    },
  };
}
