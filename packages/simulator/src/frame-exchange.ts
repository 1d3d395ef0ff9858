import type { Core } from "./core.ts";
import { createFrameLedger } from "./frame-ledger.ts";
import { encodeFrame } from "./frame.ts";
import type { FrameAnswer, OutFrame } from "./frame.ts";
import { createLossyLane } from "./lossy-lane.ts";
import type { Timers } from "./timers.ts";

/** Learns what becomes of a frame. */
export interface FrameWatch {
  /** Runs each time that it leaves: not when it is lost, twice when it is doubled. */
  readonly onSent: (() => void) | undefined;
  /** Runs for each response that arrives. */
  readonly onAnswer: (answer: FrameAnswer) => void;
}

/** Frames down one socket and the responses up, on lanes that faults make lossy. */
export interface FrameExchange {
  /** Sends a message or an event. */
  push(frame: OutFrame, watch: FrameWatch): void;
  /** Sends a SYSTEM frame. Frame and ack faults spare those. */
  system(topic: string, data: unknown, onAnswer?: (answer: FrameAnswer) => void): void;
  /** Takes a client's message. Returns what is wrong with it, if anything. */
  received(message: string, isBinary: boolean): string | undefined;
}

export function createFrameExchange(
  core: Core,
  socket: {
    readonly connectionId: string;
    readonly clientId: string;
    readonly timers: Timers;
    /** @returns false when the text cannot leave any more */
    write(text: string): boolean;
  },
): FrameExchange {
  const { connectionId, clientId, timers } = socket;
  const { faults } = core;
  const ledger = createFrameLedger();
  const frames = createLossyLane("frame", { faults, timers });
  const acks = createLossyLane("ack", { faults, timers });

  const send = (frame: OutFrame, onAnswer?: (answer: FrameAnswer) => void): boolean => {
    const origin = { appId: clientId, connectionId, nowMs: core.nowMs() };
    const isSent = socket.write(encodeFrame(frame, origin));
    if (isSent) ledger.sent(frame, onAnswer);
    return isSent;
  };
  return {
    push(frame, { onSent, onAnswer }) {
      const subject = { topic: frame.topic, clientId, connectionId };
      const answered = (answer: FrameAnswer): void => acks.send(() => onAnswer(answer), subject);
      frames.send(() => {
        if (send(frame, answered)) onSent?.();
      }, subject);
    },
    system: (topic, data, onAnswer) =>
      void send({ type: "SYSTEM", topic, frameId: core.ids.frameId(), data: JSON.stringify(data) }, onAnswer),
    received: (message, isBinary) => ledger.received(message, isBinary),
  };
}
