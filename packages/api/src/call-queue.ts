/** What goes first when calls wait. */
export type Rank = "final" | "first" | "normal";

export interface PassRequest {
  /** Calls of one sequence keep their order, one at a time. Sequences take turns. */
  readonly sequence: string;
  /** `final` goes before `first`, and that before `normal`. @defaultValue "normal" */
  readonly rank?: Rank | undefined;
  /** While it waits, it gives way to any later call of its sequence. @defaultValue false */
  readonly replaceable?: boolean | undefined;
}

/** One call that waits. */
export interface Waiting {
  readonly request: PassRequest;
  /** Another took its place, or it was withdrawn. */
  replaced(): void;
}

interface Entry<W> {
  readonly waiting: W;
  readonly rank: number;
  /** Rises with everything that happens: who waits longest has the lowest. */
  readonly since: number;
}

interface Sequence<W> {
  entries: Entry<W>[];
  /** A call of this sequence is under way. */
  busy: boolean;
  /** When a call of this sequence last had its turn. */
  served: number;
}

/** Who waits for one API, and who is next: the sequence of the highest rank, and of those the one that waits longest. */
export interface CallQueue<W extends Waiting> {
  /** At the end of its sequence; `again` for a call that is repeated, whose sequence is still its own. */
  push(waiting: W, again: boolean): void;
  remove(waiting: W): void;
  /** Takes back what waits in `sequence` and may be replaced. @returns whether there was any. */
  withdraw(sequence: string): boolean;
  /** Whose turn could come: an `eager` call, or one that more of the rate may be kept from. */
  readonly next: "eager" | "patient" | undefined;
  /** Takes out that one. Its sequence stays busy until {@link CallQueue.leave}. */
  take(): W | undefined;
  leave(sequence: string): void;
  /** Takes out everybody. */
  clear(): W[];
}

const RANKS: Readonly<Record<Rank, number>> = { final: 0, first: 1, normal: 2 };

/** A call lends its rank to those that it waits behind. */
function rankOf(sequence: Sequence<unknown>): number {
  return Math.min(...sequence.entries.map(({ rank }) => rank));
}

function waitsSince(sequence: Sequence<unknown>): number {
  return Math.max(sequence.entries[0]?.since ?? 0, sequence.served);
}

function isBefore(sequence: Sequence<unknown>, other: Sequence<unknown>): boolean {
  const byRank = rankOf(sequence) - rankOf(other);
  return byRank === 0 ? waitsSince(sequence) < waitsSince(other) : byRank < 0;
}

function takeReplaceable<W extends Waiting>(sequence: Sequence<W>): Entry<W>[] {
  const replaceable = sequence.entries.filter(({ waiting }) => waiting.request.replaceable === true);
  sequence.entries = sequence.entries.filter((entry) => !replaceable.includes(entry));
  return replaceable;
}

export function createCallQueue<W extends Waiting>(): CallQueue<W> {
  const sequences = new Map<string, Sequence<W>>();
  let events = 0;

  const sequenceNamed = (name: string): Sequence<W> => {
    const sequence = sequences.get(name) ?? { entries: [], busy: false, served: 0 };
    sequences.set(name, sequence);
    return sequence;
  };
  const change = (name: string, edit: (sequence: Sequence<W>) => void): void => {
    const sequence = sequenceNamed(name);
    edit(sequence);
    if (sequence.entries.length === 0 && !sequence.busy) sequences.delete(name);
  };
  const remove = (waiting: W): void => {
    change(waiting.request.sequence, (sequence) => {
      sequence.entries = sequence.entries.filter((entry) => entry.waiting !== waiting);
    });
  };
  const nextSequence = (): Sequence<W> | undefined => {
    let best: Sequence<W> | undefined;
    for (const sequence of sequences.values()) {
      if (sequence.busy || sequence.entries.length === 0) continue;
      if (best === undefined || isBefore(sequence, best)) best = sequence;
    }
    return best;
  };

  return {
    push(waiting, again) {
      const sequence = sequenceNamed(waiting.request.sequence);
      const own = { waiting, rank: RANKS[waiting.request.rank ?? "normal"], since: (events += 1) };
      if (again) {
        // It waited for its turn before, and DingTalk did nothing with it.
        sequence.entries.unshift({ ...own, since: 0 });
        sequence.served = 0;
        sequence.busy = false;
        return;
      }
      const replaced = takeReplaceable(sequence);
      // The newer one takes the place, not the end of the line: cards that grow fast would never be served.
      const rank = Math.min(own.rank, ...replaced.map((entry) => entry.rank));
      sequence.entries.push({ waiting, rank, since: replaced[0]?.since ?? own.since });
      for (const entry of replaced) entry.waiting.replaced();
    },
    remove,
    withdraw(name) {
      let withdrawn: Entry<W>[] = [];
      change(name, (sequence) => {
        withdrawn = takeReplaceable(sequence);
      });
      for (const entry of withdrawn) entry.waiting.replaced();
      return withdrawn.length > 0;
    },
    get next() {
      const sequence = nextSequence();
      if (sequence === undefined) return undefined;
      const replaceable = sequence.entries[0]?.waiting.request.replaceable === true;
      return replaceable && rankOf(sequence) === RANKS.normal ? "patient" : "eager";
    },
    take() {
      const sequence = nextSequence();
      if (sequence === undefined) return undefined;
      sequence.busy = true;
      sequence.served = events += 1;
      return sequence.entries.shift()?.waiting;
    },
    leave(name) {
      change(name, (sequence) => {
        sequence.busy = false;
      });
    },
    clear() {
      const everybody = [...sequences.values()].flatMap(({ entries }) =>
        entries.map(({ waiting }) => waiting),
      );
      everybody.forEach(remove);
      return everybody;
    },
  };
}
