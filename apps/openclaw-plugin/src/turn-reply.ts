import type { Reply, ReplyOutcome } from "@dingtalk-kit/card";
import type { AccountSettings } from "@dingtalk-kit/config";
import type { GetReplyOptions, ReplyPayload } from "openclaw/plugin-sdk/reply-runtime";

import { createAnswerCard } from "./answer-card.ts";
import type { AnswerCard } from "./answer-card.ts";
import type { AnswerStatus } from "./answer-status.ts";
import { createAnswerText } from "./answer-text.ts";
import type { AnswerText } from "./answer-text.ts";
import type { Language } from "./explanations.ts";
import { createReplyEnding } from "./reply-ending.ts";
import type { Delivered, ReplyEnding } from "./reply-ending.ts";
import { isRestartNotice } from "./restart-notice.ts";
import { payloadText } from "./payload-text.ts";
import { itemNote, toolNote } from "./progress-note.ts";

/** What the host calls while it works on one message. */
export type HostEvents = Pick<
  GetReplyOptions,
  | "onAgentRunStart"
  | "onAssistantMessageStart"
  | "onPartialReply"
  | "onReasoningStream"
  | "onReasoningEnd"
  | "onToolStart"
  | "onItemEvent"
  | "onCompactionStart"
  | "onModelSelected"
>;

/** One turn's reply between the host, which tells what the agent does, and the card, which shows it. */
export interface TurnReply {
  readonly events: HostEvents;
  /** Whether the host has told anything yet: until then the turn may be tried again. */
  readonly touched: boolean;
  /** Whether the agent has given no text at all. */
  readonly isEmpty: boolean;
  /** Whether there are words of the agent, not only errors. */
  readonly isAnswer: boolean;
  /** Whether the host said that it restarts, in place of an answer: the turn is for its next process. */
  readonly hostRestarts: boolean;
  /** Takes one payload. The answer ends when the dispatcher settles, so what became of it comes as `finalization`. */
  deliver(
    payload: ReplyPayload,
    kind: "tool" | "block" | "final",
  ): { readonly visibleReplySent: boolean; readonly finalization?: Promise<Delivered> };
  /** What people see of it by now: no card, a card without text of the answer or with some, or soon its end. */
  readonly visible: "nothing" | "card" | "text" | "end";
  /** Shows `words` in the card, until it has something else to show. */
  noteInCard(words: string): void;
  /** All payloads were handed over: ends the answer with them. Without any it waits for {@link TurnReply.close}. */
  settle(): Promise<void>;
  /** Ends the answer for good. `otherwise` is said when the agent gave no text. */
  close(otherwise: string): Promise<ReplyOutcome>;
  /** Ends an answer that went elsewhere, or that nobody wants: `words` close the card, if one is open. */
  closeQuietly(words: string): Promise<void>;
  /** Like `fail`, but says nothing where nothing is shown yet. */
  withdraw(reason: string): Promise<void>;
  /** Shows nothing more, and leaves what is shown as it is. @returns the outcome of an answer that was already ending */
  leave(): Promise<ReplyOutcome | undefined>;
  /** Ends the answer as failed, at once. Later texts of the agent are dropped. */
  fail(reason: string): Promise<ReplyOutcome>;
}

export interface TurnReplyOptions {
  /** Shows the agent's answer as it grows. Used once an agent runs. */
  readonly growing: Reply;
  /** Says what needs no agent, such as the host's answer to a command. */
  readonly plain: Reply;
  /** Whether the answer is a card that can be seen while the agent works. */
  readonly live: boolean;
  /** What of its progress `growing` shows. @defaultValue "all" */
  readonly streaming?: AccountSettings["cardStreamingMode"] | undefined;
  /** An earlier process may have left a card open. @defaultValue false */
  readonly cardFromBefore?: boolean | undefined;
  /** Whether `growing` takes the answer and opens before an agent runs, as the sign that the message was taken.
   *  @defaultValue false */
  readonly openAtOnce?: boolean | undefined;
  readonly language: Language;
  /** Called at each sign of life of the agent. */
  readonly onSign: () => void;
  /** What stands below the agent's answer in a card. @defaultValue nothing */
  readonly status?: AnswerStatus | undefined;
  /** Called when an agent starts to run. */
  readonly onRun?: ((runId: string) => void) | undefined;
}

/** Turns the host's callbacks into calls of one reply. */
export function createTurnReply(options: TurnReplyOptions): TurnReply {
  const { growing, plain, live, language, status, streaming = "all", cardFromBefore = false } = options;
  const showsText = live && streaming !== "off";
  const showsNotes = live && streaming === "all";
  let reply = plain;
  const card = createAnswerCard(growing, { live, fromBefore: cardFromBefore });
  const answer = createAnswerText();
  const ending = createReplyEnding();
  let touched = false;
  let hostRestarts = false;
  const sign = (): void => {
    touched = true;
    options.onSign();
  };
  /** Ends the reply with what the agent said, else with other words. */
  const end = (otherwise: string): Promise<ReplyOutcome> => {
    const words = answer.complete ?? answer.soFar;
    if (words === "") return ending.finish(reply, otherwise);
    return ending.finish(reply, words, reply === growing && answer.isAnswer ? status?.below : undefined);
  };
  const grow = (): void => {
    reply = growing;
    card.open();
  };
  const show = (): boolean => {
    sign();
    if (answer.soFar !== "" && !ending.cut) reply.update(answer.soFar);
    return showsText;
  };
  const note = (line: string | undefined): boolean => {
    sign();
    if (line !== undefined && !ending.cut) reply.note(line);
    return showsNotes && line !== undefined;
  };
  const started = (runId: string): void => {
    sign();
    options.onRun?.(runId);
    status?.began(runId);
    // Reasoning models may stay silent for minutes: the card is the sign that somebody is at work.
    if (!ending.cut) grow();
  };
  if (options.openAtOnce === true) grow();

  return {
    events: hostEvents({ answer, started, show, note, status, language }),
    get touched() {
      return touched;
    },
    get isEmpty() {
      return answer.complete === undefined && answer.soFar === "";
    },
    get isAnswer() {
      return answer.isAnswer;
    },
    get hostRestarts() {
      return hostRestarts;
    },
    deliver(payload, kind) {
      sign();
      const text = payloadText(payload, language);
      const isNotice = isRestartNotice(text);
      hostRestarts ||= isNotice;
      if (isNotice || ending.cut || text === "") return { visibleReplySent: false };
      if (kind === "tool") return { visibleReplySent: note(text) };
      answer.final(text, payload.isError);
      if (kind === "block") show();
      return { visibleReplySent: true, finalization: ending.finalization };
    },
    get visible() {
      return visibleOf(answer, ending, card);
    },
    noteInCard(words) {
      // The card of an earlier process is gone on in by the reply that an agent's answer goes on in.
      if (reply !== growing) grow();
      reply.note(words);
    },
    ...endsOf({ answer, ending, end, card, reply: () => reply }),
    fail(reason) {
      touched = true;
      return ending.fail(reply, reason);
    },
  };
}

function visibleOf(answer: AnswerText, ending: ReplyEnding, card: AnswerCard): TurnReply["visible"] {
  if (ending.begun || ending.cut || answer.complete !== undefined) return "end";
  if (!card.isComing) return "nothing";
  return answer.soFar === "" ? "card" : "text";
}

function endsOf(by: {
  readonly answer: AnswerText;
  readonly ending: ReplyEnding;
  readonly end: (text: string) => Promise<ReplyOutcome>;
  readonly card: AnswerCard;
  readonly reply: () => Reply;
}): Pick<TurnReply, "settle" | "close" | "closeQuietly" | "withdraw" | "leave"> {
  const { answer, ending, end, card, reply } = by;
  return {
    async settle() {
      if (answer.complete !== undefined && !ending.cut) await end("");
    },
    close: end,
    async closeQuietly(words) {
      if (answer.complete !== undefined) await end(words);
      else if (await card.isThere()) await ending.finish(reply(), words);
    },
    async withdraw(reason) {
      const ended = ending.leave();
      if (await card.isThere()) await ending.fail(reply(), reason);
      else await ended;
    },
    leave: () => ending.leave(),
  };
}

function hostEvents(by: {
  readonly answer: AnswerText;
  readonly started: (runId: string) => void;
  readonly show: () => boolean;
  readonly note: (line: string | undefined) => boolean;
  readonly status: AnswerStatus | undefined;
  readonly language: Language;
}): HostEvents {
  const { answer, started, show, note, status, language } = by;
  return {
    onAgentRunStart: started,
    onAssistantMessageStart: () => {
      answer.begin();
      return false;
    },
    onPartialReply: ({ text }) => {
      if (text !== undefined) answer.partial(text);
      return show();
    },
    onReasoningStream: () => note(language === "zh" ? "💭 思考中…" : "💭 Thinking…"),
    onReasoningEnd: () => false,
    onModelSelected: (selected) => status?.modelSelected(selected),
    onToolStart: (event) => note(toolNote(event)),
    onItemEvent: (event) => note(itemNote(event)),
    onCompactionStart: () => note(language === "zh" ? "🗜 正在压缩上下文…" : "🗜 Compacting the context…"),
  };
}
