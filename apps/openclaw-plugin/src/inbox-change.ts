import type { Store } from "@dingtalk-kit/store";
import { decideEnd, forgetReply, readTurnRecord } from "@dingtalk-kit/turn";

import { languageOf } from "./explanations.ts";
import type { Language } from "./explanations.ts";
import type { FoundMessage } from "./inbox-find.ts";
import { messageFields, textOf } from "./inbox-look.ts";
import { refuse } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";

/** Gives a message another life that is dead or was dropped; one that waits for its next attempt has it at once. */
export async function retryMessage(found: FoundMessage<Store>, nowMs: number): Promise<InboxReply> {
  const { place, entry } = found;
  const { inbox, state } = place.store;
  const { messageId } = entry;
  const isOver = entry.state === "dead" || entry.state === "dropped";
  // Before it can be claimed: its turn shall not take the card of the last one for its own.
  if (isOver && (await inbox.show(entry))?.body !== undefined)
    await forgetReply(state, entry, { atMs: nowMs, step: "retried", detail: undefined });
  const result = await inbox.requeue(entry);
  if (result === "requeued" || result === "woken") {
    const when = place.running ? "now" : "when the gateway starts";
    const what =
      result === "requeued" ? "waits in its conversation again, with all its attempts" : "is ready";
    return done(found, result, `${messageId} ${what}, and is answered ${when}.`);
  }
  const refusals = {
    done: {
      message: `${messageId} is done; a retry would answer it twice.`,
      next: `\`openclaw dingtalk explain ${messageId}\` tells how it ended`,
    },
    running: { message: `${messageId} is being answered.`, next: "wait for its end" },
    erased: {
      message: `The text of ${messageId} is gone, so nobody can answer it.`,
      next: "ask the person to write again",
    },
    unknown: { message: `${messageId} is no longer kept.`, next: "ask the person to write again" },
  };
  return refuse({ code: `not-retried-${result}`, ...refusals[result] });
}

/** Drops a message that waits. One whose card is open keeps its place, for the card to be ended. */
export async function dropMessage(
  found: FoundMessage<Store>,
  { reason, nowMs }: { readonly reason: string; readonly nowMs: number },
): Promise<InboxReply> {
  const { place, entry } = found;
  const { inbox, lanes, state } = place.store;
  const { messageId } = entry;
  const record = await readTurnRecord(state, entry);
  if (entry.state === "waiting" && record?.outTrackId !== undefined && record.outcome === undefined) {
    const text = CALLED_OFF[languageOf(textOf((await inbox.show(entry))?.body) ?? "")];
    await decideEnd(
      state,
      entry,
      { atMs: nowMs, step: "dropped", detail: reason },
      { text, state: "FAILED" },
    );
    await inbox.requeue(entry);
    const when = place.running ? "in its turn" : "when the gateway starts";
    return done(found, "ending", `${messageId} is not answered any more; its open card is ended ${when}.`);
  }
  const result = await lanes.drop(entry, reason);
  if (result === "dropped") return done(found, result, `${messageId} was dropped.`);
  const refusals = {
    running: { message: `${messageId} is being answered.`, next: "/stop in the chat ends it" },
    ended: {
      message: `${messageId} has ended before.`,
      next: `\`openclaw dingtalk explain ${messageId}\` tells how`,
    },
    unknown: { message: `${messageId} is no longer kept.`, next: "nothing is left to be dropped" },
  };
  return refuse({ code: `not-dropped-${result}`, ...refusals[result] });
}

const CALLED_OFF: Readonly<Record<Language, string>> = {
  zh: "管理员已取消这条消息的处理。",
  en: "An administrator called this message off.",
};

function done(found: FoundMessage, result: string, line: string): InboxReply {
  return { exitCode: 0, data: { message: messageFields(found), result }, lines: [line] };
}
