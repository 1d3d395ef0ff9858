import { ApiError, DingTalkError } from "@dingtalk-kit/protocol";
import type { Clock, Reaction, ReactionPort } from "@dingtalk-kit/protocol";

import type { CallApi } from "./call.ts";

const ADD_PATH = "/v1.0/robot/emotion/reply";
const REMOVE_PATH = "/v1.0/robot/emotion/recall";

/**
 * Waits before each try. The message has often not settled when it is reacted to, and DingTalk then answers
 * `system.err`. Observed, not documented.
 */
const ADD_DELAYS_MS = [0, 400, 1_200] as const;
const REMOVE_DELAYS_MS = [0, 1_500, 5_000] as const;

/** Word on a coloured ground. The ids come from DingTalk's own client. Observed, not documented. */
const TEXT_EMOTION = { type: 2, emotionId: "2659900", backgroundId: "im_bg_1" } as const;

function isTransient(error: unknown): boolean {
  return error instanceof DingTalkError && error.retryable && error.code !== "DINGTALK_RATE_LIMITED";
}

/** The reaction API of robots: not in DingTalk's documents, but in its published client models. */
export function createReactions(call: CallApi, robotCode: string, clock: Clock): ReactionPort {
  const once = async (path: string, reaction: Reaction, signal?: AbortSignal): Promise<void> => {
    const { name } = reaction;
    const json = {
      robotCode,
      openMsgId: reaction.messageId,
      openConversationId: reaction.conversationId,
      emotionType: TEXT_EMOTION.type,
      emotionName: name,
      textEmotion: {
        emotionId: TEXT_EMOTION.emotionId,
        emotionName: name,
        text: name,
        backgroundId: TEXT_EMOTION.backgroundId,
      },
    };
    const answer = await call(
      { method: "POST", path, json, idempotent: false, pass: { sequence: reaction.conversationId } },
      signal,
    );
    if (answer["success"] === false) throw new ApiError(`DingTalk refused POST ${path}`, { status: 200 });
  };

  const repeated = async (
    path: string,
    reaction: Reaction,
    { delaysMs, signal }: { readonly delaysMs: readonly number[]; readonly signal: AbortSignal | undefined },
  ): Promise<void> => {
    let failure: unknown;
    for (const delayMs of delaysMs) {
      if (delayMs > 0) await clock.sleep(delayMs, signal);
      try {
        return await once(path, reaction, signal);
      } catch (error) {
        if (!isTransient(error)) throw error;
        failure = error;
      }
    }
    throw failure;
  };

  return {
    add: (reaction, signal) => repeated(ADD_PATH, reaction, { delaysMs: ADD_DELAYS_MS, signal }),
    remove: (reaction, signal) => repeated(REMOVE_PATH, reaction, { delaysMs: REMOVE_DELAYS_MS, signal }),
  };
}
