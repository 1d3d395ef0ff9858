import type { LogLine } from "./child-lines.ts";

/** What the log of a run proves. All numbers but the last should be 0. */
export interface Audit {
  /** Turns that began although their message was finished, and effects that happened a second time. */
  readonly doubled: number;
  /** Turns that were not the next of their lane. */
  readonly outOfOrder: number;
  /** Turns that began while another of their lane was under way. */
  readonly overlapping: number;
  /** Turns that were under way when their process was killed. */
  readonly interrupted: number;
}

interface Lane {
  /** The message that began last. */
  index: number;
  underWay: boolean;
  finished: boolean;
}

/** Reads the log of all processes, one after the other. */
export function auditLog(lines: readonly LogLine[]): Audit {
  const lanes = new Map<string, Lane>();
  const effects = new Set<string>();
  const sum = { doubled: 0, outOfOrder: 0, overlapping: 0, interrupted: 0 };
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? { index: -1, underWay: false, finished: true };
    lanes.set(name, lane);
    return lane;
  };
  for (const line of lines) {
    if (line.kind === "boot") {
      const open = [...lanes.values()].filter((lane) => lane.underWay);
      sum.interrupted += open.length;
      for (const lane of open) lane.underWay = false;
      continue;
    }
    const lane = laneOf(line.lane);
    if (line.kind === "start") begin(lane, line.index, sum);
    if (line.kind === "end") lane.underWay = false;
    if (line.kind === "finished") lane.finished = true;
    if (line.kind === "effect") {
      if (effects.has(line.messageId)) sum.doubled += 1;
      effects.add(line.messageId);
    }
  }
  return sum;
}

function begin(
  lane: Lane,
  index: number,
  sum: { doubled: number; outOfOrder: number; overlapping: number },
): void {
  if (lane.underWay) sum.overlapping += 1;
  // The same again after a failure or a kill, or the next: nothing else is in order.
  if (index !== lane.index && index !== lane.index + 1) sum.outOfOrder += 1;
  if (index === lane.index && lane.finished) sum.doubled += 1;
  Object.assign(lane, { index, underWay: true, finished: false });
}
