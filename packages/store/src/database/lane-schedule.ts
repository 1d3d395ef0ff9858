import type { DatabaseSync } from "node:sqlite";

import { integerOf, optionalInteger, singleInteger, textOf } from "./row.ts";

/** Which lane may go on, and when. A lane is ready, asleep until a time, or busy with one message. */
export interface LaneSchedule {
  /** One more message waits in the lane; a new lane is ready. */
  enter(lane: string): void;
  /** The busy lane has ended its message: it is ready for the next one, or gone. */
  leave(lane: string): void;
  /** One message less waits in a lane that goes on as it is, or `wakes` because it slept for that message. */
  lose(lane: string, wakes: boolean): void;
  ready(lane: string): void;
  sleep(lane: string, nowMs: number, untilMs: number): void;
  /** Takes up to `limit` ready lanes, the longest ready first, or this one alone. They are busy then. */
  take(limit: number, nowMs: number, only?: string): readonly string[];
  depth(lane: string): number;
  /** Whether the lane waits for a retry. */
  isAsleep(lane: string): boolean;
  /** Messages that wait or run, in all lanes. */
  total(): number;
  nextWakeAtMs(): number | undefined;
  /** Counts again what is kept in memory. After opening, and after each rollback. */
  refresh(): void;
}

export function createLaneSchedule(db: DatabaseSync): LaneSchedule {
  let lastPlace = 0;
  let total = 0;
  const enter = db.prepare(
    "insert into lane (key, pending, ready_place) values (?1, 1, ?2) on conflict do update set pending = pending + 1",
  );
  const less = db.prepare("update lane set pending = pending - 1 where key = ? returning pending");
  const forget = db.prepare("delete from lane where key = ?");
  const ready = db.prepare(
    "update lane set ready_place = ?2, wake_at = null, slept_at = null where key = ?1",
  );
  const sleep = db.prepare("update lane set ready_place = null, wake_at = ?2, slept_at = ?3 where key = ?1");
  const busy = db.prepare("update lane set ready_place = null where key = ?");
  const pick = db.prepare("select key from lane where ready_place is not null order by ready_place limit ?");
  const pickOne = db.prepare("select key from lane where key = ? and ready_place is not null");
  const depth = db.prepare("select pending from lane where key = ?");
  const asleep = db.prepare("select 1 from lane where key = ? and wake_at is not null");
  const nextWake = db.prepare("select min(wake_at) as at from lane where wake_at is not null");
  const wake = createWaker(db, (lane) => ready.run(lane, (lastPlace += 1)));

  const lose = (lane: string): boolean => {
    total -= 1;
    const row = less.get(lane);
    if (row === undefined || integerOf(row, "pending") > 0) return true;
    forget.run(lane);
    return false;
  };
  return {
    enter(lane) {
      total += 1;
      enter.run(lane, (lastPlace += 1));
    },
    leave(lane) {
      if (lose(lane)) ready.run(lane, (lastPlace += 1));
    },
    lose(lane, wakes) {
      if (lose(lane) && wakes) ready.run(lane, (lastPlace += 1));
    },
    ready: (lane) => void ready.run(lane, (lastPlace += 1)),
    sleep: (lane, nowMs, untilMs) => void sleep.run(lane, untilMs, nowMs),
    take(limit, nowMs, only) {
      wake(nowMs);
      const rows = only === undefined ? pick.all(limit) : pickOne.all(only);
      const lanes = rows.map((row) => textOf(row, "key"));
      for (const lane of lanes) busy.run(lane);
      return lanes;
    },
    depth(lane) {
      const row = depth.get(lane);
      return row === undefined ? 0 : integerOf(row, "pending");
    },
    isAsleep: (lane) => asleep.get(lane) !== undefined,
    total: () => total,
    nextWakeAtMs: () => optionalInteger(nextWake.get() ?? { at: null }, "at"),
    refresh() {
      total = singleInteger(db.prepare("select coalesce(sum(pending), 0) from lane").get());
      lastPlace = singleInteger(db.prepare("select coalesce(max(ready_place), 0) from lane").get());
    },
  };
}

/** Wakes the lanes whose time has come, and, when the clock was put back, those that fell asleep in its future. */
function createWaker(db: DatabaseSync, makeReady: (lane: string) => void): (nowMs: number) => void {
  const due = db.prepare("select key from lane where wake_at <= ? order by wake_at");
  const fromTheFuture = db.prepare("select key from lane where slept_at > ? order by wake_at");
  let seenMs = Number.POSITIVE_INFINITY;
  return (nowMs) => {
    const rows = [...due.all(nowMs), ...(nowMs < seenMs ? fromTheFuture.all(nowMs) : [])];
    for (const row of rows) makeReady(textOf(row, "key"));
    seenMs = nowMs;
  };
}
