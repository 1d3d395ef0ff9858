import type { AccountSettings } from "@dingtalk-kit/config";

import type { AdmittedTurn } from "./answer.ts";
import { asideText } from "./aside-texts.ts";
import type { Asides } from "./asides.ts";
import type { ReplyContext } from "./reply-to.ts";
import type { TurnReply } from "./turn-reply.ts";

/**
 * Tells people once that their answer takes longer, when the turn has run for `longTaskNoticeMs`: in the card, or where it
 * shows no such thing by a message; not when they see text already. Disposed before that, it says nothing.
 */
export function noticeLongWork(
  { arrival, turn }: AdmittedTurn,
  { settings, services }: ReplyContext,
  { reply, asides }: { readonly reply: Pick<TurnReply, "visible" | "noteInCard">; readonly asides: Asides },
): Disposable {
  const { longTaskNoticeMs: afterMs, cardStreamingMode } = settings;
  const { journal, signal } = turn;
  // An earlier attempt may have said it.
  if (afterMs === 0 || journal.noted("notice") !== undefined) return { [Symbol.dispose]: () => undefined };
  return services.clock.after(afterMs, () => {
    if (signal.aborted) return;
    const words = asideText("longer", arrival.language);
    const place = placeOf(reply.visible, cardStreamingMode);
    if (place === "message") asides.say("notice", words);
    if (place !== "card") return;
    journal.note("notice", place);
    reply.noteInCard(words);
  });
}

/** Where people can read that it takes longer; `undefined` when there is no need. */
function placeOf(
  visible: TurnReply["visible"],
  streaming: AccountSettings["cardStreamingMode"],
): "card" | "message" | undefined {
  if (visible === "end") return undefined;
  if (visible === "nothing" || streaming === "off") return "message";
  if (visible === "text") return undefined;
  return streaming === "all" ? "card" : "message";
}
