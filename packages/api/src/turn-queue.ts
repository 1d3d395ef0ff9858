/** What goes first when calls wait. */
export type Rank = "final" | "first" | "normal";

export interface TurnRequest {
  /** Calls of one lane keep their order, one at a time. Lanes take turns. */
  readonly lane: string;
  /** `final` goes before `first`, and that before `normal`. @defaultValue "normal" */
  readonly rank?: Rank | undefined;
  /** While it waits, it gives way to any later call of its lane. @defaultValue false */
  readonly replaceable?: boolean | undefined;
}

/** One call that waits. */
export interface Waiting {
  readonly request: TurnRequest;
  /** Another took its place, or it was withdrawn. */
  replaced(): void;
}

interface Entry<W> {
  readonly waiting: W;
  readonly rank: number;
  /** Rises with everything that happens: who waits longest has the lowest. */
  readonly since: number;
}

interface Lane<W> {
  entries: Entry<W>[];
  /** A call of this lane is under way. */
  busy: boolean;
  /** When a call of this lane last had its turn. */
  served: number;
}

/** Who waits for one API, and who is next: the lane of the highest rank, and of those the one that waits longest. */
export interface TurnQueue<W extends Waiting> {
  /** At the end of its lane; `again` for a call that is repeated, whose lane is still its own. */
  push(waiting: W, again: boolean): void;
  remove(waiting: W): void;
  /** Takes back what waits in `lane` and may be replaced. @returns whether there was any. */
  withdraw(lane: string): boolean;
  /** Whether anybody could have a turn. */
  readonly ready: boolean;
  /** Takes out the next one. Its lane stays busy until {@link TurnQueue.leave}. */
  take(): W | undefined;
  leave(lane: string): void;
  /** Takes out everybody. */
  clear(): W[];
}

const RANKS: Readonly<Record<Rank, number>> = { final: 0, first: 1, normal: 2 };

/** A call lends its rank to those that it waits behind. */
function rankOf(lane: Lane<unknown>): number {
  return Math.min(...lane.entries.map(({ rank }) => rank));
}

function waitsSince(lane: Lane<unknown>): number {
  return Math.max(lane.entries[0]?.since ?? 0, lane.served);
}

function takeReplaceable<W extends Waiting>(lane: Lane<W>): Entry<W>[] {
  const replaceable = lane.entries.filter(({ waiting }) => waiting.request.replaceable === true);
  lane.entries = lane.entries.filter((entry) => !replaceable.includes(entry));
  return replaceable;
}

export function createTurnQueue<W extends Waiting>(): TurnQueue<W> {
  const lanes = new Map<string, Lane<W>>();
  let events = 0;

  const laneOf = (name: string): Lane<W> => {
    const lane = lanes.get(name) ?? { entries: [], busy: false, served: 0 };
    lanes.set(name, lane);
    return lane;
  };
  const change = (name: string, edit: (lane: Lane<W>) => void): void => {
    const lane = laneOf(name);
    edit(lane);
    if (lane.entries.length === 0 && !lane.busy) lanes.delete(name);
  };
  const remove = (waiting: W): void => {
    change(waiting.request.lane, (lane) => {
      lane.entries = lane.entries.filter((entry) => entry.waiting !== waiting);
    });
  };
  const readyLanes = (): Lane<W>[] =>
    [...lanes.values()].filter(({ busy, entries }) => !busy && entries.length > 0);

  return {
    push(waiting, again) {
      const lane = laneOf(waiting.request.lane);
      const own = { waiting, rank: RANKS[waiting.request.rank ?? "normal"], since: (events += 1) };
      if (again) {
        // It waited for its turn before, and DingTalk did nothing with it.
        lane.entries.unshift({ ...own, since: 0 });
        lane.served = 0;
        lane.busy = false;
        return;
      }
      const replaced = takeReplaceable(lane);
      // The newer one takes the place, not the end of the line: cards that grow fast would never be served.
      const rank = Math.min(own.rank, ...replaced.map((entry) => entry.rank));
      lane.entries.push({ waiting, rank, since: replaced[0]?.since ?? own.since });
      for (const entry of replaced) entry.waiting.replaced();
    },
    remove,
    withdraw(name) {
      let withdrawn: Entry<W>[] = [];
      change(name, (lane) => {
        withdrawn = takeReplaceable(lane);
      });
      for (const entry of withdrawn) entry.waiting.replaced();
      return withdrawn.length > 0;
    },
    get ready() {
      return readyLanes().length > 0;
    },
    take() {
      const [next] = readyLanes().toSorted((a, b) => rankOf(a) - rankOf(b) || waitsSince(a) - waitsSince(b));
      if (next === undefined) return undefined;
      next.busy = true;
      next.served = events += 1;
      return next.entries.shift()?.waiting;
    },
    leave(name) {
      change(name, (lane) => {
        lane.busy = false;
      });
    },
    clear() {
      const everybody = [...lanes.values()].flatMap(({ entries }) => entries.map(({ waiting }) => waiting));
      everybody.forEach(remove);
      return everybody;
    },
  };
}
