import type { AccountSettings } from "@dingtalk-kit/config";
import type { Logger, Reaction, RobotMessage } from "@dingtalk-kit/protocol";

import type { Services } from "./services.ts";

export interface ThinkingContext {
  readonly settings: Pick<AccountSettings, "ackReaction">;
  readonly services: { readonly api: Pick<Services["api"], "reactions"> };
  readonly log: Logger;
}

/** What stands under a message while it is worked on; `undefined` where the settings want nothing there. */
function thinkingUnder(
  { messageId, conversation }: RobotMessage,
  { settings: { ackReaction: name } }: ThinkingContext,
): Reaction | undefined {
  return name === "" ? undefined : { messageId, conversationId: conversation.id, name };
}

/**
 * Puts the reaction on at once and takes it off when disposed. Failures never matter: they cost a debug line, no more.
 */
export function showThinking(
  message: RobotMessage,
  context: ThinkingContext,
  { again }: { /** An earlier process may have put it on. */ readonly again: boolean },
): AsyncDisposable {
  const reaction = thinkingUnder(message, context);
  if (reaction === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  const { services, log } = context;
  const { reactions } = services.api;
  const added = reactions.add(reaction).then(
    () => true,
    (error: unknown) => {
      log.debug("could not add the reaction", { error });
      return false;
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      if (!(await added) && !again) return;
      await reactions
        .remove(reaction)
        .catch((error: unknown) => log.debug("could not remove the reaction", { error }));
    },
  };
}

/** Takes the reaction off that an earlier process may have left. */
export async function removeThinking(message: RobotMessage, context: ThinkingContext): Promise<void> {
  const reaction = thinkingUnder(message, context);
  if (reaction === undefined) return;
  await context.services.api.reactions
    .remove(reaction)
    .catch((error: unknown) => context.log.debug("there was no reaction to remove", { error }));
}
