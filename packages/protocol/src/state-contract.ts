import assert from "node:assert/strict";

import { createManualClock } from "./manual-clock.ts";
import type { ManualClock } from "./manual-clock.ts";
import type { Clock } from "./ports.ts";
import type { StateEntry, StatePort } from "./state-port.ts";

export interface StateContractCase {
  readonly title: string;
  /** Rejects when the state breaks its word. */
  run(): Promise<void>;
}

type Prove = (state: StatePort, clock: ManualClock) => Promise<void>;

const CASES: Readonly<Record<string, Prove>> = {
  async "gives back what was put in, and nothing of another namespace or key"(state) {
    const value = { text: "你好 \u0000", list: [1, 2.5, null, true], nested: { "": "" } };
    const version = await put(state, "k", value);
    assert.deepEqual(await state.get("n", "k"), { key: "k", value, version, expiresAtMs: undefined });
    assert.equal(await state.get("n", "K"), undefined);
    assert.equal(await state.get("m", "k"), undefined);
  },
  async "keeps no tie to the object that was put in or given out"(state) {
    const list = [1];
    await put(state, "k", list);
    list.push(2);
    assert.deepEqual((await state.get("n", "k"))?.value, [1]);
  },
  async "writes only over the version that was expected"(state) {
    const first = await put(state, "k", 1);
    assert.equal(await state.compareAndSet("n", "k", { expectedVersion: undefined, value: 2 }), undefined);
    const second = await state.compareAndSet("n", "k", { expectedVersion: first, value: 2 });
    assert.notEqual(second, undefined);
    assert.equal(await state.compareAndSet("n", "k", { expectedVersion: first, value: 3 }), undefined);
    assert.equal((await state.get("n", "k"))?.value, 2);
  },
  async "lets one of many writers win, and loses no count"(state) {
    const count = async (): Promise<void> => {
      for (;;) {
        const entry = await state.get("n", "counter");
        const value = typeof entry?.value === "number" ? entry.value + 1 : 1;
        if (
          (await state.compareAndSet("n", "counter", { expectedVersion: entry?.version, value })) !==
          undefined
        )
          return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, count));
    assert.equal((await state.get("n", "counter"))?.value, 20);
  },
  async "never gives a version a second time, not even after a deletion"(state) {
    const first = await put(state, "k", 1);
    assert.equal(await state.delete("n", "k"), true);
    const second = await put(state, "k", 1);
    assert.notEqual(second, first);
    assert.equal(await state.compareAndSet("n", "k", { expectedVersion: first, value: 2 }), undefined);
  },
  async "deletes once, and with a version only that version"(state) {
    const first = await put(state, "k", 1);
    await state.compareAndSet("n", "k", { expectedVersion: first, value: 2 });
    assert.equal(await state.delete("n", "k", first), false);
    assert.equal(await state.delete("n", "k"), true);
    assert.equal(await state.delete("n", "k"), false);
    assert.equal(await state.get("n", "k"), undefined);
  },
  async "takes an entry that has expired for one that is not there"(state, clock) {
    const expiresAtMs = clock.nowMs() + 1_000;
    const first = await state.compareAndSet("n", "k", { expectedVersion: undefined, value: 1, expiresAtMs });
    await clock.advance(999);
    assert.equal((await state.get("n", "k"))?.expiresAtMs, expiresAtMs);
    await clock.advance(1);
    assert.equal(await state.get("n", "k"), undefined);
    assert.deepEqual(await scan(state, ""), []);
    assert.equal(await state.compareAndSet("n", "k", { expectedVersion: first, value: 2 }), undefined);
    await put(state, "k", 2);
    await clock.advance(10_000);
    assert.equal((await state.get("n", "k"))?.value, 2);
  },
  async "scans the keys with a prefix, in order, and takes no character of it for a pattern"(state) {
    for (const key of ["b/2", "a/%_", "b/10", "b", "a/xx", "b/1"]) await put(state, key, key);
    const keys = async (prefix: string): Promise<string[]> =>
      (await scan(state, prefix)).map((entry) => entry.key);
    assert.deepEqual(await keys("b/"), ["b/1", "b/10", "b/2"]);
    assert.deepEqual(await keys("a/%"), ["a/%_"]);
    assert.equal((await keys("")).length, 6);
    assert.deepEqual(await keys("c"), []);
  },
};

async function put(state: StatePort, key: string, value: StateEntry["value"]): Promise<string> {
  const version = await state.compareAndSet("n", key, { expectedVersion: undefined, value });
  assert.ok(version !== undefined, "a new entry was refused");
  return version;
}

async function scan(state: StatePort, prefix: string): Promise<StateEntry[]> {
  const entries: StateEntry[] = [];
  for await (const entry of state.scan("n", prefix)) entries.push(entry);
  return entries;
}

/** What every {@link StatePort} promises, as cases for a test runner. `open` gives an empty state on this clock. */
export function stateContract(open: (clock: Clock) => Promise<StatePort>): readonly StateContractCase[] {
  return Object.entries(CASES).map(([title, prove]) => ({
    title,
    async run() {
      const clock = createManualClock();
      await prove(await open(clock), clock);
    },
  }));
}
