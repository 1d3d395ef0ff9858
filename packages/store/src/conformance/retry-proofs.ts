import assert from "node:assert/strict";

import { append, claimNow, claimOne, finishAll, idsOf, message } from "./scene.ts";
import type { Proof } from "./scene.ts";

const HOUR_MS = 3_600_000;

/** Retries in place, attempts that end, dead letters, a clock that jumps. */
export const retryProofs: Readonly<Record<string, Proof>> = {
  async "retries in place at its time, while other lanes go on"({ open, clock }) {
    const { lanes } = await open();
    await append(lanes, "a", "a1", "a2");
    await append(lanes, "b", "b1", "b2");
    const first = await claimOne(lanes);
    const retried = await lanes.retry(first, { reason: "agent was busy", delayMs: 1_000 });
    assert.deepEqual(retried, { kind: "waiting", readyAtMs: clock.nowMs() + 1_000 });
    assert.deepEqual(await finishAll(lanes), ["b1", "b2"]);
    const waiting = lanes.claim(10);
    await clock.advance(999);
    assert.deepEqual(await claimNow(lanes), []);
    await clock.advance(1);
    const again = await waiting;
    assert.deepEqual(
      again.map(({ messageId, attempt }) => [messageId, attempt]),
      [["a1", 2]],
    );
    await Promise.all(again.map((one) => lanes.finish(one)));
    assert.deepEqual(await finishAll(lanes), ["a2"]);
  },
  async "waits longer with each attempt, up to a limit"({ open, clock }) {
    const { lanes } = await open({ maxAttempts: 20 });
    await append(lanes, "a", "1");
    const delays: number[] = [];
    for (let attempt = 1; attempt < 12; attempt += 1) {
      const retried = await lanes.retry(await claimOne(lanes), { reason: "again" });
      assert.ok(retried.kind === "waiting");
      delays.push(retried.readyAtMs - clock.nowMs());
      await clock.advance(retried.readyAtMs - clock.nowMs());
    }
    delays.forEach((delay, index) => {
      const whole = Math.min(60_000, 1_000 * 2 ** index);
      assert.ok(delay >= whole / 2 && delay <= whole, `retry ${index + 1} waited ${delay} ms`);
    });
  },
  async "does not count an attempt that is not the message's fault"({ open }) {
    const { lanes } = await open({ maxAttempts: 1 });
    await append(lanes, "a", "1");
    for (let round = 0; round < 5; round += 1) {
      const claimed = await claimOne(lanes);
      assert.deepEqual([claimed.attempt, claimed.exhausted], [1, false]);
      await lanes.retry(claimed, { reason: "throttled", delayMs: 0, countsAsAttempt: false });
    }
    assert.deepEqual(await lanes.retry(await claimOne(lanes), { reason: "failed" }), { kind: "exhausted" });
  },
  async "says when the attempts are used up, keeps the claim meanwhile, and goes on after the dead letter"({
    open,
  }) {
    const { lanes, inbox } = await open({ maxAttempts: 2 });
    await append(lanes, "a", "1", "2");
    await lanes.retry(await claimOne(lanes), { reason: "failed", delayMs: 0 });
    const last = await claimOne(lanes);
    assert.equal(last.attempt, 2);
    assert.deepEqual(await lanes.retry(last, { reason: "failed" }), { kind: "exhausted" });
    assert.deepEqual(await claimNow(lanes), []);
    assert.equal(await lanes.deadLetter(last, "the agent failed twice"), true);
    assert.equal((await inbox.show(last))?.reason, "the agent failed twice");
    assert.deepEqual(idsOf(await claimNow(lanes)), ["2"]);
  },
  async "gives a dead message another life at the end of its lane"({ open }) {
    const { lanes, inbox } = await open({ maxAttempts: 1 });
    await append(lanes, "a", "1");
    const dead = await claimOne(lanes);
    await lanes.deadLetter(dead, "no agent");
    await append(lanes, "a", "2");
    assert.equal(await inbox.requeue(dead), "requeued");
    assert.deepEqual(await lanes.append(message("a", "1")), { kind: "duplicate", state: "waiting" });
    assert.equal(await lanes.finish(dead), false);
    assert.deepEqual(idsOf(await claimNow(lanes)), ["2"]);
    await lanes.drop(message("a", "1"), "not this time");
    assert.equal(await inbox.requeue(message("a", "1")), "requeued");
    const [two] = (await inbox.list({ state: "running" })).entries;
    assert.equal(two?.messageId, "2");
    assert.equal((await inbox.show(message("a", "1")))?.attempts, 0);
  },
  async "wakes a message before its time"({ open }) {
    const { lanes, inbox } = await open();
    await append(lanes, "a", "1");
    await lanes.retry(await claimOne(lanes), { reason: "failed", delayMs: HOUR_MS });
    const waiting = lanes.claim(1);
    assert.equal(await inbox.requeue(message("a", "1")), "woken");
    assert.equal((await waiting)[0]?.attempt, 2);
  },
  async "keeps a retry's time when it is opened again"({ open, clock }) {
    const store = await open();
    await append(store.lanes, "a", "1");
    await store.lanes.retry(await claimOne(store.lanes), { reason: "failed", delayMs: 10_000 });
    await store[Symbol.asyncDispose]();
    const reopened = await open();
    assert.deepEqual(await claimNow(reopened.lanes), []);
    await clock.advance(10_000);
    assert.equal((await claimOne(reopened.lanes)).attempt, 2);
  },
  async "is not held up by a clock that is put back"({ open, clock, shiftClock }) {
    const store = await open();
    await append(store.lanes, "a", "1");
    await append(store.lanes, "b", "2");
    await append(store.lanes, "c", "3");
    await store.lanes.retry(await claimOne(store.lanes), { reason: "failed", delayMs: 10_000 });
    await store.lanes.retry(await claimOne(store.lanes), { reason: "failed", delayMs: 10_000 });
    shiftClock(-HOUR_MS);
    assert.deepEqual(idsOf(await claimNow(store.lanes, 1)), ["3"]);
    assert.deepEqual(idsOf(await claimNow(store.lanes)), ["1", "2"]);
    await clock.advance(1);
    shiftClock(2 * HOUR_MS);
    await append(store.lanes, "d", "4");
    assert.deepEqual(idsOf(await claimNow(store.lanes)), ["4"]);
  },
};
