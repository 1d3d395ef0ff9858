import type { FaultDetails } from "./fault-spec.ts";
import type { Faults } from "./faults.ts";
import type { Subject } from "./standing-fault.ts";
import type { Timers } from "./timers.ts";

/** One direction of one connection, on which things get lost, late, doubled and out of order as faults say. */
export interface LossyLane {
  /** Runs `deliver` when the thing arrives: at once, later, twice, or never. */
  send(deliver: () => void, subject: Subject): void;
}

export function createLossyLane(
  direction: "frame" | "ack",
  { faults, timers }: { readonly faults: Faults; readonly timers: Timers },
): LossyLane {
  /** What waits for something to overtake it. */
  const overtaken = new Set<() => void>();
  const pass = (deliver: () => void): void => {
    const waiting = [...overtaken];
    deliver();
    for (const release of waiting) release();
  };
  const holdBack = (deliver: () => void, withinMs: number): void => {
    const release = (): void => {
      overtaken.delete(release);
      timer[Symbol.dispose]();
      deliver();
    };
    const timer = timers.after(withinMs, release);
    overtaken.add(release);
  };
  const repeat = (deliver: () => void, { count, delayMs }: FaultDetails<"frame.duplicate">): void => {
    for (let copy = 1; copy <= count; copy += 1) {
      if (delayMs === 0) deliver();
      else timers.after(copy * delayMs, deliver);
    }
  };

  return {
    send(deliver, subject) {
      if (faults.strike(`${direction}.drop`, subject) !== undefined) return;
      const copies = faults.strike(`${direction}.duplicate`, subject);
      const reorder = faults.strike(`${direction}.reorder`, subject);
      const delay = faults.strike(`${direction}.delay`, subject);
      const arrive = (): void => {
        deliver();
        if (copies !== undefined) repeat(deliver, copies);
      };
      if (reorder !== undefined) holdBack(arrive, reorder.withinMs);
      else if (delay !== undefined) timers.after(delay.delayMs, () => pass(arrive));
      else pass(arrive);
    },
  };
}
