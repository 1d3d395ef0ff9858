import type { ChatMessage } from "./wire.ts";

const HOST_CONTEXT = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>";
/** `Conversation info: ⟦openclaw:ctx⟧` and the fenced JSON after it, which the host puts before the text. */
const CONTEXT_BLOCK = /[^\n]*⟦openclaw:ctx⟧\s*```json[\s\S]*?```\s*/g;
const TIME_STAMP = /^\[[^\]\n]*\d{4}-\d{2}-\d{2}[^\]\n]*\]\s*/;
/** After a failed turn the host asks again: this line, the same text, then a paragraph about going on. */
const ASKED_AGAIN =
  /^\[Queued user message from a previous active turn[^\n]*\]\n([\s\S]*?)\n\nContinue [\s\S]*$/;
/** The host ends the first message of a session with one line of facts about itself. */
const RUNTIME_FACTS = /\n+Runtime: agent=[^\n]*\s*$/;

/** What the person wrote last, without what the host puts around it. Observed in OpenClaw 2026.9.6, not documented. */
export function lastUserText(messages: readonly ChatMessage[]): string {
  const message = messages[lastUserIndex(messages)];
  return message === undefined ? "" : stripHostContext(message.text);
}

/** Whether a tool has answered since the person wrote: without this a model repeats its tool call for ever. */
export function toolResultAfterUser(messages: readonly ChatMessage[]): string | undefined {
  return messages.slice(lastUserIndex(messages) + 1).findLast((message) => message.role === "tool")?.text;
}

function lastUserIndex(messages: readonly ChatMessage[]): number {
  return messages.findLastIndex(
    (message) => message.role === "user" && !message.text.trimStart().startsWith(HOST_CONTEXT),
  );
}

function stripHostContext(text: string): string {
  return text
    .replaceAll(CONTEXT_BLOCK, "")
    .replace(TIME_STAMP, "")
    .replace(RUNTIME_FACTS, "")
    .replace(ASKED_AGAIN, "$1")
    .trim();
}
