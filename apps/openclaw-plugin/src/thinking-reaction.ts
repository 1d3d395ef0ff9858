import type { Logger, ReactionPort, RobotMessage } from "@dingtalk-kit/protocol";

/** What stands under a message while it is worked on; other DingTalk robots use the same words. */
const THINKING = "🤔思考中";

/**
 * Puts the reaction on at once and takes it off when disposed. Failures never matter: they cost a debug line, no more.
 */
export function showThinking(
  { messageId, conversation }: RobotMessage,
  reactions: ReactionPort,
  {
    log,
    again,
  }: { readonly log: Logger; /** An earlier process may have put it on. */ readonly again: boolean },
): AsyncDisposable {
  const reaction = { messageId, conversationId: conversation.id, name: THINKING };
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
export async function removeThinking(
  { messageId, conversation }: RobotMessage,
  reactions: ReactionPort,
  log: Logger,
): Promise<void> {
  await reactions
    .remove({ messageId, conversationId: conversation.id, name: THINKING })
    .catch((error: unknown) => log.debug("there was no reaction to remove", { error }));
}
