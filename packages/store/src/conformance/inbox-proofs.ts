import assert from "node:assert/strict";

import type { InboxQuery } from "../inbox.ts";
import { append, claimNow, claimOne, finishAll, idsOf, message } from "./scene.ts";
import type { Proof } from "./scene.ts";

const DAY_MS = 86_400_000;

/** Dropping, looking, purging, erasing. */
export const inboxProofs: Readonly<Record<string, Proof>> = {
  async "drops a message that waits, and says why it cannot drop others"({ open }) {
    const { lanes, inbox } = await open();
    await append(lanes, "a", "1", "2", "3");
    const first = await claimOne(lanes);
    assert.equal(await lanes.drop(first, "recalled"), "running");
    assert.equal(await lanes.drop(message("a", "2"), "recalled"), "dropped");
    assert.equal(await lanes.drop(message("a", "2"), "recalled"), "ended");
    assert.equal(await lanes.drop(message("a", "9"), "recalled"), "unknown");
    assert.deepEqual(await claimNow(lanes), []);
    await lanes.finish(first);
    assert.deepEqual(await finishAll(lanes), ["3"]);
    const dropped = await inbox.show(message("a", "2"));
    assert.deepEqual([dropped?.state, dropped?.reason], ["dropped", "recalled"]);
  },
  async "frees a lane that slept for the message that is dropped, and no other"({ open }) {
    const { lanes } = await open();
    await append(lanes, "a", "a1", "a2", "a3");
    await lanes.retry(await claimOne(lanes), { reason: "failed", delayMs: 10_000 });
    await lanes.drop(message("a", "a2"), "recalled");
    assert.deepEqual(await claimNow(lanes), []);
    await lanes.drop(message("a", "a1"), "recalled");
    assert.deepEqual(await finishAll(lanes), ["a3"]);
  },
  async "drops all that waits in a lane, but not what is running"({ open }) {
    const { lanes, inbox } = await open();
    await append(lanes, "a", "a1", "a2", "a3");
    await append(lanes, "b", "b1");
    const first = await claimOne(lanes);
    assert.deepEqual(await lanes.dropWaiting("a", "stop"), [
      { robotCode: "robot", messageId: "a2" },
      { robotCode: "robot", messageId: "a3" },
    ]);
    assert.deepEqual(await lanes.dropWaiting("a", "stop"), []);
    await append(lanes, "a", "a4");
    assert.deepEqual(idsOf(await claimNow(lanes)), ["b1"]);
    assert.equal(await inbox.requeue(message("a", "a4")), "woken");
    assert.equal(await inbox.requeue(message("a", "a3")), "requeued");
    assert.deepEqual(await claimNow(lanes), []);
    assert.equal(await lanes.finish(first), true);
    assert.deepEqual(await finishAll(lanes), ["a4", "a3"]);
    const { dropped, done, lanes: left } = await inbox.counts();
    assert.deepEqual({ dropped, done, left }, { dropped: 1, done: 3, left: 1 });
  },
  async "counts, lists by page and filter, and shows one with its text"({ open, clock }) {
    const { lanes, inbox } = await open();
    const startMs = clock.nowMs();
    await append(lanes, "a", "1", "2", "3");
    await clock.advance(10);
    await append(lanes, "b", "4");
    await lanes.finish(await claimOne(lanes));
    await lanes.deadLetter(await claimOne(lanes), "no");
    await claimOne(lanes);
    assert.deepEqual(await inbox.counts(), {
      waiting: 1,
      running: 1,
      done: 1,
      dead: 1,
      dropped: 0,
      lanes: 1,
      oldestWaitingAtMs: startMs,
    });
    const first = await inbox.list({ limit: 3 });
    assert.deepEqual(idsOf(first.entries), ["1", "2", "3"]);
    const second = await inbox.list({ limit: 3, after: first.next });
    assert.deepEqual([idsOf(second.entries), second.next], [["4"], undefined]);
    assert.deepEqual(idsOf((await inbox.list({ state: "dead" })).entries), ["4"]);
    assert.deepEqual(idsOf((await inbox.list({ lane: "a", state: "waiting" })).entries), ["3"]);
    assert.deepEqual(idsOf((await inbox.list({ messageId: "2" })).entries), ["2"]);
    assert.deepEqual(idsOf((await inbox.list({ state: "running" })).entries), ["2"]);
    assert.deepEqual(await inbox.show(message("b", "4")), {
      robotCode: "robot",
      messageId: "4",
      lane: "b",
      sender: undefined,
      state: "dead",
      attempts: 1,
      reason: "no",
      appendedAtMs: startMs + 10,
      endedAtMs: startMs + 10,
      body: { text: "4" },
    });
    assert.equal(await inbox.show(message("b", "5")), undefined);
  },
  async "lists the newest first, page by page, by state, lane and sender"({ open }) {
    const { lanes, inbox } = await open();
    const appendFrom = (id: number) =>
      lanes.append({ ...message(`l${id % 2}`, String(id)), sender: id < 4 ? "anna" : "ben" });
    for (const id of [1, 2, 3, 4, 5, 6, 7]) await appendFrom(id);
    await lanes.finish(await claimOne(lanes));
    await lanes.deadLetter(await claimOne(lanes), "no");
    await lanes.deadLetter(await claimOne(lanes), "no");
    const newest = async (query: InboxQuery): Promise<readonly string[]> =>
      idsOf((await inbox.list({ ...query, order: "newest" })).entries);
    assert.deepEqual(await newest({ state: "dead" }), ["3", "2"]);
    assert.deepEqual(await newest({ state: "waiting" }), ["7", "6", "5", "4"]);
    assert.deepEqual(await newest({ state: "done" }), ["1"]);
    assert.deepEqual(await newest({ lane: "l0" }), ["6", "4", "2"]);
    assert.deepEqual(await newest({ sender: "anna", lane: "l1" }), ["3", "1"]);
    for (const [state, expected] of [
      [undefined, ["7", "6", "5", "4", "3", "2", "1"]],
      ["waiting", ["7", "6", "5", "4"]],
    ] as const) {
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await inbox.list({ state, order: "newest", limit: 3, after });
        seen.push(...idsOf(page.entries));
        after = page.next;
        if (after === undefined) break;
      }
      assert.deepEqual(seen, expected);
    }
  },
  async "does not repeat what is done or running, and knows what it does not know"({ open }) {
    const { lanes, inbox } = await open();
    await append(lanes, "a", "1", "2");
    await lanes.finish(await claimOne(lanes));
    await claimOne(lanes);
    assert.equal(await inbox.requeue(message("a", "1")), "done");
    assert.equal(await inbox.requeue(message("a", "2")), "running");
    assert.equal(await inbox.requeue(message("a", "3")), "unknown");
  },
  async "purges what is older than it is kept, and recognises duplicates until then"({ open, clock }) {
    const { lanes, inbox, state } = await open({ keepDoneMs: 7 * DAY_MS, keepTextMs: DAY_MS });
    await append(lanes, "a", "1", "2", "3");
    await lanes.finish(await claimOne(lanes));
    await lanes.deadLetter(await claimOne(lanes), "no");
    const expiresAtMs = clock.nowMs() + DAY_MS;
    await state.compareAndSet("n", "k", { expectedVersion: undefined, value: 1, expiresAtMs });
    assert.deepEqual(await inbox.purge(), { messages: 0, texts: 0, entries: 0 });
    await clock.advance(DAY_MS + 1);
    assert.deepEqual(await inbox.purge(), { messages: 0, texts: 1, entries: 1 });
    assert.equal((await inbox.show(message("a", "1")))?.body, undefined);
    assert.deepEqual((await inbox.show(message("a", "2")))?.body, { text: "2" });
    await clock.advance(6 * DAY_MS - 1);
    assert.deepEqual((await inbox.purge()).messages, 0);
    assert.deepEqual(await lanes.append(message("a", "1")), { kind: "duplicate", state: "done" });
    await clock.advance(1);
    assert.equal((await inbox.purge()).messages, 1);
    assert.deepEqual(await lanes.append(message("a", "1")), { kind: "appended" });
    await clock.advance(23 * DAY_MS);
    assert.equal((await inbox.purge()).messages, 1);
    assert.deepEqual(await finishAll(lanes), ["3", "1"]);
  },
  async "erases a person's texts, drops what of theirs waits, and still knows duplicates"({ open }) {
    const { lanes, inbox } = await open();
    const from = (sender: string, lane: string, id: string) => lanes.append({ ...message(lane, id), sender });
    await from("anna", "a", "1");
    await from("anna", "b", "2");
    await lanes.finish(await claimOne(lanes));
    await claimOne(lanes);
    await from("anna", "a", "3");
    await from("ben", "a", "4");
    await from("anna", "b", "5");
    await from("ben", "b", "6");
    assert.deepEqual(idsOf((await inbox.list({ sender: "anna" })).entries), ["1", "2", "3", "5"]);
    const keys = ["1", "3", "5"].map((messageId) => ({ robotCode: "robot", messageId }));
    assert.deepEqual(await inbox.erase("anna"), { texts: 3, keys, dropped: 2, running: 1 });
    assert.deepEqual(idsOf((await inbox.list({ sender: "anna" })).entries), ["2"]);
    assert.deepEqual(await finishAll(lanes), ["4"]);
    const shown = await Promise.all(["1", "2", "3", "4"].map((id) => inbox.show(message("a", id))));
    assert.deepEqual(
      shown.map((one) => [one?.state, one?.sender, one?.body]),
      [
        ["done", undefined, undefined],
        ["running", "anna", { text: "2" }],
        ["dropped", undefined, undefined],
        ["done", "ben", { text: "4" }],
      ],
    );
    assert.equal(await inbox.requeue(message("a", "3")), "erased");
    assert.deepEqual(await from("anna", "a", "1"), { kind: "duplicate", state: "done" });
  },
};
