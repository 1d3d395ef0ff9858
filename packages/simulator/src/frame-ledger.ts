import { readAnswer } from "./frame-answer.ts";
import type { FrameAnswer, OutFrame } from "./frame.ts";

/** What went down one socket and what came back for it. */
export interface FrameLedger {
  sent(frame: OutFrame, onAnswer?: (answer: FrameAnswer) => void): void;
  /** Matches a client's message with its frame. Returns what is wrong with it, if anything. */
  received(message: string, isBinary: boolean): string | undefined;
}

interface Entry {
  readonly frame: OutFrame;
  readonly onAnswer: ((answer: FrameAnswer) => void) | undefined;
  deliveries: number;
  answers: number;
}

/** A long-lived connection must not fill the memory with answered frames. */
const MAX_REMEMBERED = 10_000;

export function createFrameLedger(): FrameLedger {
  const entries = new Map<string, Entry>();
  return {
    sent(frame, onAnswer) {
      const before = entries.get(frame.frameId);
      // A repeat under the same id may be answered once more.
      if (before === undefined) entries.set(frame.frameId, { frame, onAnswer, deliveries: 1, answers: 0 });
      else before.deliveries += 1;
      if (entries.size > MAX_REMEMBERED) entries.delete(entries.keys().next().value ?? "");
    },
    received(message, isBinary) {
      const read = readAnswer(message, isBinary);
      if (!read.ok) return read.violation;
      const entry = entries.get(read.frameId);
      if (entry === undefined) return `answered a frame that was not sent here: ${read.frameId}`;
      entry.answers += 1;
      if (entry.answers > entry.deliveries) {
        return `answered one ${entry.frame.type} frame (${entry.frame.topic}) twice`;
      }
      entry.onAnswer?.(read.answer);
      return undefined;
    },
  };
}
