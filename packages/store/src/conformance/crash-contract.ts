import assert from "node:assert/strict";

import type { FromChild } from "./child-lines.ts";
import { startChild } from "./child-process.ts";
import { append, claimOne, message } from "./scene.ts";
import type { StoreCase, StorePlace, StoreUnderTest } from "./store-under-test.ts";

const LIMITS = { maxAttempts: 2 };

/** What a store promises about a process that dies, in child processes that are killed. Takes seconds. */
export function crashContract(store: StoreUnderTest): readonly StoreCase[] {
  return [
    {
      title: "counts the attempts of a message that kills its process, and sets it aside in the end",
      run: () => proveCrashLoopEnds(store),
    },
  ];
}

/** What a store promises that has one owner at a time. */
export function singleOwnerContract(store: StoreUnderTest): readonly StoreCase[] {
  return [
    {
      title: "refuses a second owner in this process, and lets it in after the first has gone",
      run: () => proveOneOwnerHere(store),
    },
    {
      title: "refuses a second owner in another process, and lets it in when the first is killed",
      run: () => proveOneOwnerElsewhere(store),
    },
  ];
}

async function proveCrashLoopEnds(store: StoreUnderTest): Promise<void> {
  await using place = await store.createPlace();
  {
    await using opened = await store.open(place.name, LIMITS, {});
    await append(opened.lanes, "a", "1", "2");
  }
  const seen: [string, number, boolean][] = [];
  for (let round = 0; round < 5; round += 1) {
    const { messageId, attempt, exhausted } = await claimAndDie(store, place);
    seen.push([messageId, attempt, exhausted]);
  }
  assert.deepEqual(seen, [
    ["1", 1, false],
    ["1", 2, false],
    ["1", 3, true],
    ["1", 4, true],
    ["2", 1, false],
  ]);
  await using opened = await store.open(place.name, LIMITS, {});
  assert.equal((await opened.inbox.show(message("a", "1")))?.state, "dead");
  assert.equal((await claimOne(opened.lanes)).messageId, "2");
}

async function claimAndDie(
  store: StoreUnderTest,
  place: StorePlace,
): Promise<Extract<FromChild, { kind: "claimed" }>> {
  const heard = Promise.withResolvers<Extract<FromChild, { kind: "claimed" }>>();
  await using child = startChild(store, claimTask(place), (line) => {
    if (line.kind === "claimed") heard.resolve(line);
  });
  void child.gone.then(
    () => heard.reject(new Error("the child process claimed nothing")),
    (error: unknown) => heard.reject(error),
  );
  return await heard.promise;
}

function claimTask(place: StorePlace) {
  const turns = { atOnce: 1, minMs: 0, maxMs: 0, failShare: 0 };
  return { kind: "claim", place: place.name, limits: LIMITS, log: "", seed: 1, turns } as const;
}

async function proveOneOwnerHere(store: StoreUnderTest): Promise<void> {
  await using place = await store.createPlace();
  const first = await store.open(place.name, LIMITS, {});
  await assert.rejects(store.open(place.name, LIMITS, {}), { code: "DINGTALK_STORE", fault: "owned" });
  await append(first.lanes, "a", "1");
  await assert.rejects(store.open(place.name, LIMITS, {}), { fault: "owned" });
  await first[Symbol.asyncDispose]();
  await using second = await store.open(place.name, LIMITS, {});
  assert.equal((await claimOne(second.lanes)).messageId, "1");
}

async function proveOneOwnerElsewhere(store: StoreUnderTest): Promise<void> {
  await using place = await store.createPlace();
  {
    await using opened = await store.open(place.name, LIMITS, {});
    await append(opened.lanes, "a", "1");
    let refusal = "";
    const child = startChild(store, claimTask(place), (line) => {
      if (line.kind === "refused") refusal = line.message;
    });
    await child.gone;
    assert.match(refusal, /in use by process \d+/);
  }
  const claimed = Promise.withResolvers<void>();
  const owner = startChild(store, claimTask(place), (line) => {
    if (line.kind === "claimed") claimed.resolve();
  });
  await claimed.promise;
  await assert.rejects(store.open(place.name, LIMITS, {}), { fault: "owned" });
  owner.kill();
  await owner.gone;
  await using opened = await store.open(place.name, LIMITS, {});
  assert.equal((await claimOne(opened.lanes)).attempt, 2);
}
