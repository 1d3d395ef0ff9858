import type { AccountSettings } from "@dingtalk-kit/config";
import { plainText } from "@dingtalk-kit/protocol";
import type { ReactionPort } from "@dingtalk-kit/protocol";
import { isStopCommand } from "@dingtalk-kit/turn";
import type { Turn, TurnResult } from "@dingtalk-kit/turn";

import type { AccountBudget } from "./account-budget.ts";
import type { AnswerContext } from "./answer.ts";

/** Why a message is not answered, or not yet. */
const USED_UP = "quota-used-up";

/** So long a message waits before the budget is looked at again. Milliseconds. */
const WAIT_MS = 900_000;

/** What of a turn's surroundings the budget changes. */
type Surroundings = Pick<AnswerContext, "settings" | "services">;

/**
 * Answers as the settings say when this month's calls are used up: with Markdown alone, later, or not at all. A turn that
 * shows something already is brought to its end whatever it costs, and `/stop` always works.
 */
export async function withinBudget<Context extends Surroundings>(
  turn: Turn,
  { context, budget }: { readonly context: Context; readonly budget: AccountBudget },
  answer: (context: Context) => Promise<TurnResult>,
): Promise<TurnResult> {
  const { onExhausted } = context.settings.quota;
  if (passes(turn) || !(await budget.isUsedUp())) {
    const result = await answer(context);
    // DingTalk refused the words: they are kept, and shown when it takes them again.
    const isHeldUp = onExhausted === "queue" && result.kind === "dead" && (await budget.isUsedUp());
    return isHeldUp ? LATER : result;
  }
  if (onExhausted === "silent") return { kind: "finished", outcome: { kind: "ignored", reason: USED_UP } };
  return onExhausted === "queue" && !turn.exhausted ? LATER : answer(thrifty(context));
}

const LATER: TurnResult = { kind: "retry", reason: USED_UP, countsAsAttempt: false, delayMs: WAIT_MS };

/** Whether a turn must not wait for a budget. */
function passes({ journal: { earlier }, message }: Turn): boolean {
  const isStarted = earlier?.end !== undefined || earlier?.outTrackId !== undefined;
  return isStarted || isStopCommand(plainText(message.content));
}

/** Without what costs a call and is no answer: cards, and what tells that one is coming. */
function thrifty<Context extends Surroundings>(context: Context): Context {
  const { services, settings } = context;
  const api = { ...services.api, reactions: NO_REACTIONS };
  const frugal: AccountSettings = { ...withoutCards(settings), ack: "off", longTaskNoticeMs: 0 };
  return { ...context, settings: frugal, services: { ...services, api } };
}

const NO_REACTIONS: ReactionPort = { add: async () => undefined, remove: async () => undefined };

function withoutCards(settings: AccountSettings): AccountSettings {
  const groups =
    settings.groups &&
    Object.fromEntries(
      Object.entries(settings.groups).map(([id, group]) => [id, { ...group, messageType: undefined }]),
    );
  return { ...settings, messageType: "markdown", groupMessageType: undefined, groups };
}
