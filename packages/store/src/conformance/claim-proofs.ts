import assert from "node:assert/strict";

import { append, claimNow, claimOne, finishAll, idsOf, message } from "./scene.ts";
import type { Proof } from "./scene.ts";

/** Waiting for work, claims that hold no longer, draining, closing. */
export const claimProofs: Readonly<Record<string, Proof>> = {
  async "waits for a message, and for a lane that becomes free"({ open }) {
    const { lanes } = await open();
    const coming = lanes.claim(10);
    await append(lanes, "a", "1", "2");
    const [first] = await coming;
    assert.equal(first?.messageId, "1");
    const next = lanes.claim(10);
    await lanes.finish(first);
    assert.deepEqual(idsOf(await next), ["2"]);
  },
  async "hands a message to one of those who wait, and the next to another"({ open }) {
    const { lanes } = await open();
    const waiting = [lanes.claim(1), lanes.claim(1)];
    await append(lanes, "a", "1");
    await append(lanes, "b", "2");
    const claimed = await Promise.all(waiting);
    assert.deepEqual(idsOf(claimed.flat()).toSorted(), ["1", "2"]);
  },
  async "claims from one lane alone, past those that have been ready longer"({ open }) {
    const { lanes } = await open();
    await append(lanes, "a", "1");
    await append(lanes, "b", "2", "3");
    const only = { lane: "b", wait: false } as const;
    assert.deepEqual(idsOf(await lanes.claim(5, only)), ["2"]);
    assert.deepEqual(await lanes.claim(5, only), []);
    assert.deepEqual(idsOf(await lanes.claim(5)), ["1"]);
  },
  async "stops waiting when told to, and loses nothing by it"({ open }) {
    const { lanes } = await open();
    const stop = new AbortController();
    const waiting = lanes.claim(1, { signal: stop.signal });
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(lanes.claim(1, { signal: stop.signal }), /enough/);
    await append(lanes, "a", "1");
    assert.deepEqual(await finishAll(lanes), ["1"]);
  },
  async "refuses an end by a claim that holds no longer"({ open }) {
    const { lanes, inbox } = await open();
    await append(lanes, "a", "1");
    const stale = await claimOne(lanes);
    assert.equal(await lanes.release(stale), true);
    const valid = await claimOne(lanes);
    assert.notEqual(valid.claim, stale.claim);
    assert.equal(valid.attempt, 1);
    assert.equal(await lanes.finish(stale), false);
    assert.equal(await lanes.release(stale), false);
    assert.equal(await lanes.deadLetter(stale, "late"), false);
    assert.deepEqual(await lanes.retry(stale, { reason: "late" }), { kind: "lost" });
    assert.equal((await inbox.counts()).running, 1);
    assert.equal(await lanes.finish(valid), true);
    assert.equal(await lanes.finish(valid), false);
  },
  async "drains: hands out no more, waits for what is claimed, still appends"({ open }) {
    const { lanes } = await open();
    await append(lanes, "a", "1", "2");
    const claimed = await claimOne(lanes);
    const idle = lanes.claim(10);
    const drained = lanes.drain(1_000);
    assert.deepEqual(await idle, []);
    await append(lanes, "b", "3");
    assert.deepEqual(await lanes.claim(10), []);
    assert.equal(await lanes.finish(claimed), true);
    assert.equal(await drained, true);
    assert.equal(await lanes.drain(0), true);
  },
  async "drains within its budget, and gives back what is released as if it had not been claimed"({
    open,
    clock,
  }) {
    const store = await open();
    await append(store.lanes, "a", "1", "2");
    const claimed = await claimOne(store.lanes);
    const drained = store.lanes.drain(5_000);
    await clock.advance(5_000);
    assert.equal(await drained, false);
    assert.equal(await store.lanes.release(claimed), true);
    await store[Symbol.asyncDispose]();
    const { lanes, inbox } = await open();
    assert.equal((await inbox.show(message("a", "1")))?.attempts, 0);
    assert.equal((await claimOne(lanes)).attempt, 1);
  },
  async "gives back at its end what is still claimed, in its place and uncounted"({ open }) {
    const store = await open();
    await append(store.lanes, "a", "1", "2");
    await claimOne(store.lanes);
    const waiting = store.lanes.claim(1);
    await store[Symbol.asyncDispose]();
    assert.deepEqual(await waiting, []);
    const { lanes } = await open();
    const claimed = await claimOne(lanes);
    assert.deepEqual([claimed.messageId, claimed.attempt], ["1", 1]);
  },
  async "answers after its end that it is closed, and ends only once"({ open }) {
    const store = await open();
    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
    await assert.rejects(store.lanes.append(message("a", "1")), { code: "DINGTALK_CLOSED" });
    await assert.rejects(store.state.get("n", "k"), { code: "DINGTALK_CLOSED" });
    assert.deepEqual(await claimNow(store.lanes), []);
  },
  async "keeps what was under way when it was closed"({ open }) {
    const store = await open();
    const under = Array.from({ length: 20 }, (_, index) => store.lanes.append(message("a", String(index))));
    await store[Symbol.asyncDispose]();
    assert.equal((await Promise.all(under)).length, 20);
    const { inbox } = await open();
    assert.equal((await inbox.counts()).waiting, 20);
  },
};
