import {
  type CardPort,
  type CardState,
  ConfigError,
  fillPorts,
  type Ports,
  type ReplyEnd,
  type ReplyJournal,
  type ReplyPort,
  type SendReceipt,
  type Target,
} from "@dingtalk-kit/protocol";

import { createCardSlot } from "./card-slot.ts";
import { withFenceClosed } from "./code-fence.ts";
import { endReply } from "./end-reply.ts";
import { failureFields } from "./failure.ts";
import { type LineBelow, withLineBelow } from "./line-below.ts";
import { createPortCalls } from "./port-calls.ts";
import type { ReplyContext } from "./reply-context.ts";
import { createReplyMemory } from "./reply-memory.ts";
import { convertTables, type TableMode } from "./tables/convert-tables.ts";
import type { CardTemplate } from "./template.ts";
import { type Language, TEXTS } from "./texts.ts";

export interface ReplyOptions {
  /** `card`: the answer grows in an AI card. `markdown`: it comes as Markdown messages when it is complete. */
  readonly mode: "card" | "markdown";
  readonly template: CardTemplate;
  /** Where the card goes. `undefined` when nobody can be addressed (a sender without staff id): Markdown it is, then. */
  readonly target: Target | undefined;
  readonly cards: CardPort;
  /** Takes Markdown messages: answers in Markdown mode, what a card cannot hold, and all when the card fails. */
  readonly messages: ReplyPort;
  /** Least time between two frames of a growing card, in milliseconds. The first text is never held back.
   *  @defaultValue 800 */
  readonly intervalMs?: number | undefined;
  /** What a card shows before the end. `all`: the text, and notes until there is any. `answer`: the text. `off`: nothing,
   *  but the card is there. @defaultValue "all" */
  readonly streaming?: "off" | "answer" | "all" | undefined;
  /** How tables are shown, in cards and messages alike. @defaultValue "native" */
  readonly tables?: TableMode | undefined;
  /** Of our own few sentences. @defaultValue "zh" */
  readonly language?: Language | undefined;
  /** Remembers how far the reply has got. What an earlier process left is gone on with: in the same card, whatever
   *  `mode` says, and with its last words, if they were decided. @defaultValue nothing survives the process */
  readonly journal?: ReplyJournal | undefined;
  /** Names this reply for good, so that a message sent by two processes is one to DingTalk, where the route can.
   *  @defaultValue the card's key, or else one that another process does not know */
  readonly replyKey?: string | undefined;
  /** Called as things happen. What it throws is logged and ignored. */
  onEvent?(event: ReplyEvent): void;
}

export type ReplyEvent =
  | { readonly kind: "opened"; readonly outTrackId: string; readonly carrierId: string | undefined }
  /** The card took this much of the answer. */
  | { readonly kind: "shown"; readonly chars: number }
  /** The card was refused or stopped working; the answer will come as Markdown messages. */
  | { readonly kind: "card-lost"; readonly error: unknown }
  | { readonly kind: "closed"; readonly outcome: ReplyOutcome };

/** How a reply ended. */
export interface ReplyOutcome {
  /** What carries the answer, or its first part. */
  readonly route: "card" | "markdown";
  /** Our key of the card, if one was delivered (by an earlier process: perhaps), even when the answer then took the
   *  other route. */
  readonly outTrackId: string | undefined;
  /** DingTalk's id of the card's message: a quote of the card carries it as `processQueryKey`. */
  readonly carrierId: string | undefined;
  /** Messages sent by this process, in order. Empty when the card held all. */
  readonly receipts: readonly SendReceipt[];
  /** Messages that were sent again although they may have arrived before, by a route that cannot tell: the person may see
   *  them twice. */
  readonly repeated: number;
  /** Messages that may not have arrived and were not sent again, because the journal's `repeatUncertain` is false. */
  readonly uncertain: number;
  /** FINISHED: the person sees the whole answer, but for what is `uncertain`. FAILED: `fail` was called, or `error` says
   *  what did not arrive. */
  readonly state: "FINISHED" | "FAILED";
  /** DingTalk calls made through the ports, retries included. */
  readonly calls: number;
  /** Why the card could not be used, if it could not. */
  readonly cardError: unknown;
  /** Why (part of) the answer did not reach the person. `undefined` when all did. */
  readonly error: unknown;
}

/**
 * One answer to one message, from the first sign of life to its end. Nothing here throws or rejects: failures
 * are tolerated, repaired, or told to the person and reported in the outcome.
 */
export interface Reply {
  /** Where the answer stands. Moves forward only: NEW → PROCESSING → INPUTING → FINISHED or FAILED. Begins with
   *  PROCESSING when an earlier process left a card. */
  readonly state: CardState | "NEW";
  /** Delivers the card, once; later calls wait for the same. When DingTalk refuses it, this reply goes on in Markdown.
   *  Without effect, like `update` and `note`, when an earlier process had decided on the last words. */
  open(): Promise<void>;
  /** `text` is the whole answer so far. Opens the card if need be. Without effect once `finish` or `fail` was called. */
  update(text: string): void;
  /** Shows what the agent is doing, until there is text of the answer. Not shown in Markdown mode, nor when `streaming`
   *  is not `all`. */
  note(line: string): void;
  /**
   * Ends the answer with `text`, the whole of it; what is longer than a card follows in messages.
   * Blank text keeps what was shown so far, or else says that the model returned no text.
   * Idempotent: the first `finish` or `fail` decides, later calls get its outcome. Last words that an earlier process
   * had decided on take the place of `text`, and of the state.
   *
   * `below` gives a line that stands below the answer, where a card carries it; it belongs to the last words. It is left out
   * when it alone would not fit, and when the model returned no text.
   */
  finish(text: string, below?: LineBelow): Promise<ReplyOutcome>;
  /** Ends the answer visibly as failed: what there is of it, then `reason`. */
  fail(reason: string): Promise<ReplyOutcome>;
}

/** One answer, by a card or by messages. Inert until it is opened, updated or ended.
 *  @throws ConfigError when `intervalMs` is not within 0 and 60,000. */
export function createReply(options: ReplyOptions, ports: Partial<Ports> = {}): Reply {
  const context = replyContext(options, fillPorts(ports));
  const texts = TEXTS[context.language];
  const { streaming = "all", tables = "native" } = options;
  const slot = createCardSlot(context);
  let text = "";
  let activity = "";
  const decided = context.memory.end;
  let closing: Promise<ReplyOutcome> | undefined;
  let outcome: ReplyOutcome | undefined;

  const isOpen = (): boolean => closing === undefined && decided === undefined;
  const show = (wanted: string, atOnce: boolean): void => {
    if (wanted.trim() !== "") slot.show(wanted, atOnce);
  };
  const lastWords = async (whole: string, below: LineBelow | undefined): Promise<string> => {
    const shown = convertTables(whole, tables);
    return below === undefined ? shown : withLineBelow(shown, below, { slot, context });
  };
  const close = async (finalText: string, ending: ReplyEnd, below?: LineBelow): Promise<ReplyOutcome> => {
    slot.close();
    // What is decided is what is shown: another process, with other settings, sends the same parts.
    const end = decided ?? { text: await lastWords(finalText, below), state: ending };
    outcome = await endReply(end.text, end.state, { context, slot });
    context.emit({ kind: "closed", outcome });
    return outcome;
  };

  return {
    get state() {
      return outcome?.state ?? slot.state;
    },
    async open() {
      if (isOpen()) await slot.open();
    },
    update(whole) {
      if (!isOpen()) return;
      const first = text.trim() === "";
      text = whole;
      if (streaming === "off") return;
      const shown = convertTables(text, tables, { growing: true });
      show(text.trim() === "" ? activity : shown, first);
    },
    note(line) {
      if (!isOpen() || streaming !== "all") return;
      activity = line;
      if (text.trim() === "") show(activity, false);
    },
    finish(whole, below) {
      const answer = firstWords(whole, text);
      closing ??= answer === "" ? close(texts.empty, "FINISHED") : close(answer, "FINISHED", below);
      return closing;
    },
    fail(reason) {
      closing ??= close(failedText(text, firstWords(reason, texts.failed)), "FAILED");
      return closing;
    },
  };
}

function replyContext(options: ReplyOptions, ports: Ports): ReplyContext {
  const { intervalMs = 800, language = "zh" } = options;
  if (!(intervalMs >= 0 && intervalMs <= 60_000)) {
    throw new ConfigError("intervalMs must be within 0 and 60,000");
  }
  return {
    options,
    ports,
    intervalMs,
    language,
    calls: createPortCalls(ports.clock),
    memory: createReplyMemory(options.journal, ports.log),
    emit(event) {
      try {
        options.onEvent?.(event);
      } catch (error) {
        ports.log.error("onEvent threw", failureFields(error));
      }
    },
  };
}

/** The first that is not blank. */
function firstWords(...texts: readonly string[]): string {
  return texts.find((text) => text.trim() !== "") ?? "";
}

/** What there is of the answer, its code block closed, then the reason. */
function failedText(partial: string, reason: string): string {
  if (partial.trim() === "") return reason;
  return `${withFenceClosed(partial)}\n\n${reason}`;
}
