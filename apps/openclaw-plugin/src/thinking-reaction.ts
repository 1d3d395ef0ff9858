import type { AccountSettings } from "@dingtalk-kit/config";
import type { Logger, RobotMessage } from "@dingtalk-kit/protocol";
import type { TurnJournal } from "@dingtalk-kit/turn";

import type { Services } from "./services.ts";

export interface ThinkingContext {
  readonly settings: Pick<AccountSettings, "ack" | "ackReaction">;
  readonly services: { readonly api: Pick<Services["api"], "reactions"> };
  readonly log: Logger;
}

/** Of a turn, what tells whether an earlier process may have put a reaction on. */
export interface ThinkingTurn {
  readonly attempt: number;
  readonly journal: Pick<TurnJournal, "note" | "noted">;
}

const STEP = "reaction";

/** What stands under a message while it is worked on; empty where the settings want nothing there. */
const wantedBy = ({ ack, ackReaction }: ThinkingContext["settings"]): string =>
  ack === "reaction" ? ackReaction : "";

/**
 * Puts the reaction on at once and takes it off when disposed, and one that another process left when the settings were
 * others. Failures never matter: they cost a debug line, no more.
 */
export function showThinking(
  message: RobotMessage,
  context: ThinkingContext,
  { attempt, journal }: ThinkingTurn,
): AsyncDisposable {
  const { settings, services, log } = context;
  const before = journal.noted(STEP)?.detail;
  const name = wantedBy(settings);
  const cleared = before === undefined || before === name ? undefined : takeOff(message, context, before);
  if (name === "") return { [Symbol.asyncDispose]: async () => cleared };
  if (before !== name) journal.note(STEP, name);
  const again = attempt > 1 || before === name;
  const { messageId, conversation } = message;
  const added = services.api.reactions.add({ messageId, conversationId: conversation.id, name }).then(
    () => true,
    (error: unknown) => {
      log.debug("could not add the reaction", { error });
      return false;
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      await cleared;
      if ((await added) || again) await takeOff(message, context, name);
    },
  };
}

/** Takes the reaction off that an earlier process may have left: the one it noted, else the one that it would have put on. */
export async function removeThinking(
  message: RobotMessage,
  context: ThinkingContext,
  journal: ThinkingTurn["journal"],
): Promise<void> {
  const name = journal.noted(STEP)?.detail ?? wantedBy(context.settings);
  if (name !== "") await takeOff(message, context, name);
}

async function takeOff(
  { messageId, conversation }: RobotMessage,
  { services, log }: ThinkingContext,
  name: string,
): Promise<void> {
  await services.api.reactions
    .remove({ messageId, conversationId: conversation.id, name })
    .catch((error: unknown) => log.debug("could not remove the reaction", { error }));
}
