import type { DropResult } from "@dingtalk-kit/protocol";
import type { LaneSchedule } from "./lane-schedule.ts";
import type { MessageTable } from "./message-table.ts";
import type { LaneLimits, Operations, RawClaim } from "./operations.ts";

type LaneOperations = Pick<
  Operations,
  "append" | "claim" | "end" | "putBack" | "drop" | "dropWaiting" | "requeue"
>;

/**
 * A message that has used up its attempts is handed out marked as exhausted, so that somebody can be told. This many
 * times the attempts, and it is set aside untold: telling kills the process as well.
 */
const TELLING_FACTOR = 2;

/** `room` throws when nothing more may be appended. */
export function createLaneOperations(
  messages: MessageTable,
  schedule: LaneSchedule,
  limits: LaneLimits,
  room: () => void,
): LaneOperations {
  return {
    append({ message, nowMs }) {
      const known = messages.find(message);
      if (known !== undefined) return { kind: "duplicate", state: known.state };
      const depth = schedule.depth(message.lane);
      if (depth >= limits.maxLaneDepth) return { kind: "full", limit: "lane", depth };
      const total = schedule.total();
      if (total >= limits.maxDepth) return { kind: "full", limit: "store", depth: total };
      room();
      messages.insert(message, nowMs);
      schedule.enter(message.lane);
      return { kind: "appended" };
    },
    claim({ limit, lane: only, nowMs }) {
      const claims: RawClaim[] = [];
      while (claims.length < limit) {
        const lanes = schedule.take(limit - claims.length, nowMs, only);
        if (lanes.length === 0) break;
        for (const lane of lanes) {
          const claim = claimFrom(lane, nowMs);
          if (claim !== undefined) claims.push(claim);
        }
      }
      return { claims, nextWakeAtMs: schedule.nextWakeAtMs() };
    },
    end({ state, reason = null, nowMs, ...claim }) {
      const lane = messages.end(claim, { state, reason, nowMs });
      if (lane !== undefined) schedule.leave(lane);
      return lane !== undefined;
    },
    putBack({ delayMs, reason = null, countsAsAttempt, nowMs, ...claim }) {
      const lane = messages.putBack(claim, reason, countsAsAttempt);
      if (lane === undefined) return false;
      if (delayMs > 0) schedule.sleep(lane, nowMs, nowMs + delayMs);
      else schedule.ready(lane);
      return true;
    },
    drop({ key, reason, nowMs }): DropResult {
      const found = messages.find(key);
      if (found === undefined) return "unknown";
      if (found.state === "running") return "running";
      if (found.state !== "waiting") return "ended";
      const wakes = schedule.isAsleep(found.lane) && messages.firstSeq(found.lane) === found.seq;
      messages.dropOne(found.seq, reason, nowMs);
      schedule.lose(found.lane, wakes);
      return "dropped";
    },
    dropWaiting({ lane, reason, nowMs }) {
      const dropped = messages.dropLane(lane, reason, nowMs);
      for (const _ of dropped) schedule.lose(lane, false);
      return dropped;
    },
    requeue({ key }) {
      const found = messages.find(key);
      if (found === undefined) return "unknown";
      if (found.state === "running" || found.state === "done") return found.state;
      if (found.state === "waiting") {
        if (schedule.isAsleep(found.lane)) schedule.ready(found.lane);
        return "woken";
      }
      if (found.body === undefined) return "erased";
      messages.revive(found.seq);
      schedule.enter(found.lane);
      return "requeued";
    },
  };

  function claimFrom(lane: string, nowMs: number): RawClaim | undefined {
    const claim = messages.claimFirst(lane);
    if (claim === undefined || claim.attempt <= limits.maxAttempts * TELLING_FACTOR) return claim;
    messages.end(claim, { state: "dead", reason: "attempts exhausted", nowMs });
    schedule.leave(lane);
    return undefined;
  }
}
