import type { JsonValue, Ports, StatePort } from "@dingtalk-kit/protocol";

export interface Counts {
  readonly calls: number;
  readonly deliveries: number;
}

export interface QuotaBookContext {
  readonly clientId: string;
  /** Without one the counts stay in memory until {@link QuotaBook.keepIn}. */
  readonly state: StatePort | undefined;
  readonly ports: Ports;
}

/** The counts of one app by month: at once in memory, soon after in a state. */
export interface QuotaBook {
  add(month: string, counts: Counts): void;
  /** What is known of a month without asking the state. `undefined`: nothing yet. */
  known(month: string): Counts | undefined;
  /** Reads what the state has of a month, to which others may have added. @throws what the state throws */
  read(month: string): Promise<void>;
  /** Waits until what was counted is stored, or could not be. */
  flush(): Promise<void>;
  keepIn(state: StatePort, month: string): AsyncDisposable;
}

const NAMESPACE = "quota";
const KEPT_MS = 400 * 86_400_000;
/** Each lost race means that somebody else's write went through. */
const MOST_RACES = 100;
/** So long counts gather before they are stored: in a burst the disk is needed for the messages. Milliseconds. */
const GATHER_MS = 1_000;
const NOTHING: Counts = { calls: 0, deliveries: 0 };

function countsOf(value: JsonValue | undefined): Counts {
  if (typeof value !== "object" || value === null) return NOTHING;
  const read = (name: keyof Counts): number => {
    const count: unknown = Reflect.get(value, name);
    return typeof count === "number" && count > 0 ? count : 0;
  };
  return { calls: read("calls"), deliveries: read("deliveries") };
}

function sum(a: Counts, b: Counts): { calls: number; deliveries: number } {
  return { calls: a.calls + b.calls, deliveries: a.deliveries + b.deliveries };
}

/** Adds to an entry, whoever else writes it. @returns the sum */
async function addTo(
  state: StatePort,
  key: string,
  { counts, expiresAtMs }: { readonly counts: Counts; readonly expiresAtMs: number },
): Promise<Counts> {
  for (let race = 0; race < MOST_RACES; race += 1) {
    const entry = await state.get(NAMESPACE, key);
    const value = sum(countsOf(entry?.value), counts);
    const change = { expectedVersion: entry?.version, value, expiresAtMs };
    if ((await state.compareAndSet(NAMESPACE, key, change)) !== undefined) return value;
  }
  throw new Error(`lost ${MOST_RACES} races`);
}

/** One line in the log for as long as something fails. */
function createComplaint(
  log: Ports["log"],
  clientId: string,
): { readonly raise: (what: string, cause: unknown) => void; readonly over: () => void } {
  let raised = false;
  return {
    raise(what, cause) {
      if (!raised) log.warn(`quota could not be ${what}, counting on in memory`, { clientId, cause });
      raised = true;
    },
    over() {
      raised = false;
    },
  };
}

/** Calls `work` once, a while after it was first asked for. */
function createGathering(
  clock: Ports["clock"],
  work: () => void,
): { readonly start: () => void; readonly stop: () => void } {
  let timer: Disposable | undefined;
  return {
    start() {
      timer ??= clock.after(GATHER_MS, () => {
        timer = undefined;
        work();
      });
    },
    stop() {
      timer?.[Symbol.dispose]();
      timer = undefined;
    },
  };
}

/**
 * One write at a time, which takes all that has gathered.
 *
 * @param changed - called when {@link QuotaBook.known} says something else than before, or may.
 */
export function createQuotaBook(
  { clientId, state: first, ports }: QuotaBookContext,
  changed: () => void,
): QuotaBook {
  const { clock, log } = ports;
  /** Counted, not yet stored, by month. */
  const unstored = new Map<string, Counts>();
  /** What the state held when it was last seen, by month. */
  const stored = new Map<string, Counts>();
  let state = first;
  let storing: Promise<void> | undefined;
  const complaint = createComplaint(log, clientId);

  const keyOf = (month: string): string => `${clientId}/${month}`;
  const addUnstored = (month: string, counts: Counts): void => {
    unstored.set(month, sum(unstored.get(month) ?? NOTHING, counts));
  };
  const storeMonth = async (into: StatePort, month: string, counts: Counts): Promise<void> => {
    unstored.delete(month);
    try {
      const expiresAtMs = clock.nowMs() + KEPT_MS;
      stored.set(month, await addTo(into, keyOf(month), { counts, expiresAtMs }));
    } catch (error) {
      addUnstored(month, counts);
      throw error;
    }
  };
  const store = async (into: StatePort): Promise<void> => {
    try {
      for (const [month, counts] of unstored) await storeMonth(into, month, counts);
      complaint.over();
    } catch (error) {
      complaint.raise("stored", error);
    }
  };
  const startStoring = (into: StatePort): Promise<void> => {
    storing ??= store(into).finally(() => {
      storing = undefined;
      changed();
    });
    return storing;
  };
  const gathering = createGathering(clock, () => void (state && startStoring(state)));
  const flush = async (): Promise<void> => {
    gathering.stop();
    await storing;
    if (state !== undefined && unstored.size > 0) await startStoring(state);
  };
  const readFrom = async (from: StatePort, month: string): Promise<void> => {
    stored.set(month, countsOf((await from.get(NAMESPACE, keyOf(month)))?.value));
  };

  return {
    flush,
    add(month, counts) {
      addUnstored(month, counts);
      if (state === undefined) changed();
      else gathering.start();
    },
    known(month) {
      const [kept, more] = [stored.get(month), unstored.get(month)];
      return kept === undefined && more === undefined ? undefined : sum(kept ?? NOTHING, more ?? NOTHING);
    },
    async read(month) {
      if (state !== undefined) await readFrom(state, month);
    },
    keepIn(next, month) {
      state = next;
      void readFrom(next, month)
        .then(flush)
        .then(changed, (error: unknown) => complaint.raise("read", error));
      return {
        async [Symbol.asyncDispose]() {
          if (state !== next) return;
          await flush();
          if (state === next) state = undefined;
        },
      };
    },
  };
}
