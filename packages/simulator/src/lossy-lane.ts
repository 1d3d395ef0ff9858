import type { FaultDetails } from "./fault-spec.ts";
import type { Faults } from "./faults.ts";
import type { Subject } from "./standing-fault.ts";
import type { Timers } from "./timers.ts";

/** One direction of one connection, on which things get lost, late, doubled and out of order as faults say. */
export interface LossyLane<T> {
  send(item: T, subject: Subject): void;
}

export function createLossyLane<T>(
  direction: "frame" | "ack",
  { faults, timers, deliver }: { faults: Faults; timers: Timers; deliver: (item: T) => void },
): LossyLane<T> {
  /** What waits for something to overtake it. */
  const overtaken = new Set<() => void>();
  const pass = (item: T): void => {
    const waiting = [...overtaken];
    deliver(item);
    for (const release of waiting) release();
  };
  const repeat = (item: T, { count, delayMs }: FaultDetails<"frame.duplicate">): void => {
    for (let copy = 1; copy <= count; copy += 1) {
      if (delayMs === 0) pass(item);
      else timers.after(copy * delayMs, () => pass(item));
    }
  };
  const holdBack = (item: T, withinMs: number): void => {
    const release = (): void => {
      overtaken.delete(release);
      timer[Symbol.dispose]();
      deliver(item);
    };
    const timer = timers.after(withinMs, release);
    overtaken.add(release);
  };

  return {
    send(item, subject) {
      if (faults.strike(`${direction}.drop`, subject) !== undefined) return;
      const copies = faults.strike(`${direction}.duplicate`, subject);
      const reorder = faults.strike(`${direction}.reorder`, subject);
      const delay = faults.strike(`${direction}.delay`, subject);
      if (reorder !== undefined) holdBack(item, reorder.withinMs);
      else if (delay !== undefined) timers.after(delay.delayMs, () => pass(item));
      else pass(item);
      if (copies !== undefined) repeat(item, copies);
    },
  };
}
