import assert from "node:assert/strict";

import { append, claimNow, claimOne, finishAll, idsOf, message } from "./scene.ts";
import type { Proof } from "./scene.ts";

const MANY_LANES = 2_000;

/** Order, one at a time, duplicates, depth. */
export const laneProofs: Readonly<Record<string, Proof>> = {
  async "gives back what was appended, as a copy"({ open, clock }) {
    const { lanes } = await open();
    const body = { text: "你好 \u0000 🙂", list: [1, null, { "": true }] };
    await lanes.append({ ...message("a", "1"), body, sender: "staff1" });
    body.list.pop();
    const { claim: _claim, ...claimed } = await claimOne(lanes);
    assert.deepEqual(claimed, {
      ...message("a", "1"),
      body: { text: "你好 \u0000 🙂", list: [1, null, { "": true }] },
      sender: "staff1",
      attempt: 1,
      exhausted: false,
      appendedAtMs: clock.nowMs(),
    });
  },
  async "hands out a lane's messages in the order of appending, also when appended at once"({ open }) {
    const { lanes } = await open();
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => lanes.append(message("a", id))));
    assert.deepEqual(await finishAll(lanes), ids);
  },
  async "hands out one message of a lane at a time, and other lanes beside it"({ open }) {
    const { lanes } = await open();
    await append(lanes, "a", "a1", "a2");
    await append(lanes, "b", "b1");
    const [first, ...others] = await claimNow(lanes);
    assert.ok(first !== undefined);
    assert.deepEqual(idsOf([first, ...others]), ["a1", "b1"]);
    assert.deepEqual(await claimNow(lanes), []);
    await append(lanes, "a", "a3");
    assert.deepEqual(await claimNow(lanes), []);
    assert.equal(await lanes.finish(first), true);
    assert.deepEqual(idsOf(await claimNow(lanes)), ["a2"]);
  },
  async "never hands out a message to two who claim at once"({ open }) {
    const { lanes } = await open();
    await Promise.all(Array.from({ length: 100 }, (_, index) => append(lanes, `lane${index}`, `${index}`)));
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimNow(lanes, 30)));
    const ids = idsOf(claims.flat());
    assert.equal(ids.length, 100);
    assert.equal(new Set(ids).size, 100);
  },
  async "serves the lane first that has been ready longest"({ open }) {
    const { lanes } = await open();
    await append(lanes, "busy", "x1", "x2", "x3");
    await append(lanes, "calm", "y1");
    const first = await claimOne(lanes);
    await append(lanes, "late", "z1");
    await lanes.finish(first);
    assert.deepEqual(await finishAll(lanes), ["y1", "z1", "x2", "x3"]);
  },
  async "keeps thousands of lanes apart"({ open }) {
    const { lanes, inbox } = await open();
    const names = Array.from({ length: MANY_LANES }, (_, index) => `lane${index}`);
    for (const round of ["1", "2"]) {
      await Promise.all(names.map((lane) => lanes.append(message(lane, `${lane}/${round}`))));
    }
    assert.equal((await inbox.counts()).lanes, MANY_LANES);
    const ids = await finishAll(lanes);
    assert.equal(ids.length, 2 * MANY_LANES);
    const seconds = names.filter((lane) => ids.indexOf(`${lane}/2`) > ids.indexOf(`${lane}/1`));
    assert.equal(seconds.length, MANY_LANES);
  },
  async "recognises a duplicate in every state, also after opening again, and drops it"({ open }) {
    const store = await open();
    const { lanes } = store;
    const again = (id: string) => lanes.append({ ...message("other", id), body: "changed" });
    const kinds = await Promise.all(["1", "1", "1"].map((id) => lanes.append(message("a", id))));
    assert.deepEqual(idsOfKinds(kinds), ["appended", "duplicate", "duplicate"]);
    assert.deepEqual(await again("1"), { kind: "duplicate", state: "waiting" });
    const claimed = await claimOne(lanes);
    assert.deepEqual(await again("1"), { kind: "duplicate", state: "running" });
    await lanes.finish(claimed);
    assert.deepEqual(await again("1"), { kind: "duplicate", state: "done" });
    await append(lanes, "a", "2", "3", "4");
    await lanes.deadLetter(await claimOne(lanes), "no reason");
    await lanes.drop(message("a", "3"), "recalled");
    await store[Symbol.asyncDispose]();
    const reopened = await open();
    const states = await Promise.all(
      ["1", "2", "3", "4"].map((id) => reopened.lanes.append(message("x", id))),
    );
    assert.deepEqual(
      states.map((result) => (result.kind === "duplicate" ? result.state : result.kind)),
      ["done", "dead", "dropped", "waiting"],
    );
    assert.deepEqual(await finishAll(reopened.lanes), ["4"]);
  },
  async "takes the same message id of another robot for another message"({ open }) {
    const { lanes } = await open();
    await append(lanes, "a", "1");
    assert.deepEqual(await lanes.append({ ...message("b", "1"), robotCode: "second" }), { kind: "appended" });
    assert.equal((await claimNow(lanes)).length, 2);
  },
  async "says full, with the limit that is reached, and has room again later"({ open }) {
    const { lanes } = await open({ maxLaneDepth: 2, maxDepth: 3 });
    await append(lanes, "a", "a1", "a2");
    assert.deepEqual(await lanes.append(message("a", "a3")), { kind: "full", limit: "lane", depth: 2 });
    assert.deepEqual(await lanes.append(message("a", "a2")), { kind: "duplicate", state: "waiting" });
    await append(lanes, "b", "b1");
    assert.deepEqual(await lanes.append(message("c", "c1")), { kind: "full", limit: "store", depth: 3 });
    const claimed = await claimOne(lanes);
    assert.deepEqual(await lanes.append(message("a", "a3")), { kind: "full", limit: "lane", depth: 2 });
    await lanes.finish(claimed);
    await append(lanes, "a", "a3");
    assert.deepEqual(await finishAll(lanes), ["b1", "a2", "a3"]);
  },
};

function idsOfKinds(results: readonly { readonly kind: string }[]): readonly string[] {
  return results.map(({ kind }) => kind);
}
