import { once } from "node:events";

import type { LaneStore } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { laneOf, readTurnRecord } from "../src/index.ts";
import type { Turn, TurnResult } from "../src/index.ts";
import { ANSWERED, createHeldRuns, eventually, openTurnDesk, ROBOT, say } from "./turn-desk.ts";

const idsOf = (turns: readonly Turn[]): readonly string[] => turns.map(({ key }) => key.messageId);
const keyOf = (messageId: string): { robotCode: string; messageId: string } => ({
  robotCode: ROBOT,
  messageId,
});

test("acknowledges a message after it is on disk, not before", async () => {
  await using desk = await openTurnDesk();
  const disk = Promise.withResolvers<void>();
  const lanes: LaneStore = {
    ...desk.store.lanes,
    async append(message) {
      const result = await desk.store.lanes.append(message);
      await disk.promise;
      return result;
    },
  };
  const turns = desk.open({ run: async () => ANSWERED, lanes });
  const { message, inbound, calls } = say("m1");
  const received = turns.receive(inbound, message);
  await eventually(async () => {
    await desk.clock.advance(1_000);
    expect((await desk.store.inbox.counts()).done).toBe(1);
  });
  expect(calls).toEqual([]);
  disk.resolve();
  expect(await received).toEqual({ kind: "kept" });
  expect(calls).toEqual(["ack"]);
});

test("starts no turn while a burst is on its way to the disk, and waits for it no longer than a moment", async () => {
  await using desk = await openTurnDesk();
  const disk = Promise.withResolvers<void>();
  const lanes: LaneStore = {
    ...desk.store.lanes,
    async append(message) {
      if (message.messageId === "slow") await disk.promise;
      return desk.store.lanes.append(message);
    },
  };
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run, lanes });
  const [slow, quick, later] = [say("slow", "cidA"), say("quick", "cidB"), say("later", "cidC")];
  const slowly = turns.receive(slow.inbound, slow.message);
  expect(await turns.receive(quick.inbound, quick.message)).toEqual({ kind: "kept" });
  await eventually(async () => expect((await desk.store.inbox.counts()).running).toBe(1));
  expect(started).toEqual([]);
  await desk.clock.advance(1_000);
  await eventually(() => expect(idsOf(started)).toEqual(["quick"]));
  await turns.receive(later.inbound, later.message);
  disk.resolve();
  await slowly;
  await eventually(() => expect(idsOf(started).toSorted()).toEqual(["later", "quick", "slow"]));
  for (const id of ["slow", "quick", "later"]) end(id);
});

test("acknowledges a duplicate and runs it once, also in the next process", async () => {
  await using desk = await openTurnDesk();
  const runs: string[] = [];
  const run = async (turn: Turn): Promise<TurnResult> => {
    runs.push(turn.key.messageId);
    return ANSWERED;
  };
  const turns = desk.open({ run });
  for (let i = 0; i < 3; i += 1) {
    const { message, inbound, calls } = say("m1");
    expect((await turns.receive(inbound, message)).kind).toBe(i === 0 ? "kept" : "duplicate");
    expect(calls).toEqual(["ack"]);
  }
  await eventually(async () => expect((await desk.store.inbox.counts()).done).toBe(1));
  await desk.restart();
  const { message, inbound, calls } = say("m1");
  expect(await desk.open({ run }).receive(inbound, message)).toEqual({ kind: "duplicate" });
  expect(calls).toEqual(["ack"]);
  expect(runs).toEqual(["m1"]);
});

test("acknowledges nothing while the disk refuses, says so once, and once when it is over", async () => {
  await using desk = await openTurnDesk();
  let full = true;
  const lanes: LaneStore = {
    ...desk.store.lanes,
    append: (message) => (full ? Promise.reject(new Error("disk full")) : desk.store.lanes.append(message)),
  };
  const health: (string | undefined)[] = [];
  const turns = desk.open({
    run: async () => ANSWERED,
    lanes,
    onStoreHealth: (problem) => void health.push(problem?.message),
  });
  for (const id of ["m1", "m2"]) {
    const { message, inbound, calls } = say(id);
    expect((await turns.receive(inbound, message)).kind).toBe("refused");
    expect(calls).toEqual(["reject: the message could not be stored"]);
  }
  full = false;
  const again = say("m1");
  expect(await turns.receive(again.inbound, again.message)).toEqual({ kind: "kept" });
  expect(health).toEqual(["disk full", undefined]);
  expect(desk.log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
});

test("says that a lane is full, and acknowledges", async () => {
  await using desk = await openTurnDesk({ maxLaneDepth: 1 });
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run });
  const first = say("m1");
  const second = say("m2");
  expect(await turns.receive(first.inbound, first.message)).toEqual({ kind: "kept" });
  expect(await turns.receive(second.inbound, second.message)).toEqual({ kind: "full", limit: "lane" });
  expect(second.calls).toEqual(["ack"]);
  await eventually(() => expect(started).toHaveLength(1));
  end("m1");
});

test("runs one turn at a time in a conversation, in order, and no more at once than it may", async () => {
  await using desk = await openTurnDesk();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run, maxConcurrent: 2 });
  for (const [id, cid] of [
    ["a1", "cidA"],
    ["a2", "cidA"],
    ["b1", "cidB"],
    ["c1", "cidC"],
  ] as const) {
    const { inbound, message } = say(id, cid);
    await turns.receive(inbound, message);
  }
  await eventually(() => expect(idsOf(started)).toEqual(["a1", "b1"]));
  expect(turns.running).toBe(2);
  end("b1");
  await eventually(() => expect(idsOf(started)).toEqual(["a1", "b1", "c1"]));
  end("a1");
  await eventually(() => expect(idsOf(started)).toEqual(["a1", "b1", "c1", "a2"]));
  end("c1");
  end("a2");
  await eventually(async () => expect((await desk.store.inbox.counts()).done).toBe(4));
});

test("runs an urgent message at once, past its own conversation and past the cap", async () => {
  await using desk = await openTurnDesk();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({
    run,
    maxConcurrent: 1,
    isUrgent: ({ content }) => content.kind === "text" && content.text === "/stop",
  });
  for (const id of ["m1", "m2"]) {
    const { inbound, message } = say(id);
    await turns.receive(inbound, message);
  }
  await eventually(() => expect(idsOf(started)).toEqual(["m1"]));
  const stop = say("stop", "cidA", "/stop");
  await turns.receive(stop.inbound, stop.message);
  await eventually(() => expect(idsOf(started)).toEqual(["m1", "stop"]));
  expect(turns.interrupt(laneOf(ROBOT, "cidA"), "stopped")).toBe(true);
  expect(started[0]?.signal.aborted).toBe(true);
  expect(started[0]?.stopReason).toBe("stopped");
  expect(turns.interrupt(laneOf(ROBOT, "cidB"), "stopped")).toBe(false);
  for (const id of ["m1", "stop"]) end(id);
  await eventually(() => expect(idsOf(started)).toEqual(["m1", "stop", "m2"]));
  end("m2");
});

test("tells a turn whose agent is silent for too long to end, and not one that is heard", async () => {
  await using desk = await openTurnDesk();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run, silenceLimitMs: 60_000 });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(() => expect(started).toHaveLength(1));
  await desk.clock.advance(50_000);
  started[0]?.heard();
  await desk.clock.advance(50_000);
  expect(started[0]?.signal.aborted).toBe(false);
  await desk.clock.advance(10_000);
  expect(started[0]?.stopReason).toBe("silent");
  end("m1");
  await eventually(async () => expect((await desk.store.inbox.counts()).done).toBe(1));
  expect(desk.clock.pending).toBe(0);
});

test("goes on without a turn that does not end when it is told to", async () => {
  await using desk = await openTurnDesk();
  const { run, started } = createHeldRuns();
  const turns = desk.open({ run, silenceLimitMs: 60_000, graceMs: 5_000 });
  for (const id of ["m1", "m2"]) {
    const { inbound, message } = say(id);
    await turns.receive(inbound, message);
  }
  await eventually(() => expect(started).toHaveLength(1));
  await desk.clock.advance(65_000);
  await eventually(() => expect(idsOf(started)).toEqual(["m1", "m2"]));
  expect((await readTurnRecord(desk.store.state, keyOf("m1")))?.outcome).toEqual({
    kind: "explained",
    reason: "hung-silent",
  });
  turns.interrupt(laneOf(ROBOT, "cidA"), "stopped");
  await desk.clock.advance(5_000);
});

test("drops a message that is taken back while it waits, and ends its turn while it runs", async () => {
  await using desk = await openTurnDesk();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run });
  for (const id of ["m1", "m2"]) {
    const { inbound, message } = say(id);
    await turns.receive(inbound, message);
  }
  await eventually(() => expect(started).toHaveLength(1));
  expect(await turns.recall(keyOf("m2"))).toBe("dropped");
  expect(await turns.recall(keyOf("m1"))).toBe("interrupted");
  expect(started[0]?.stopReason).toBe("recalled");
  end("m1", { kind: "finished", outcome: { kind: "recalled" } });
  await eventually(async () => expect(await turns.recall(keyOf("m1"))).toBe("ended"));
  expect(await turns.recall(keyOf("m9"))).toBe("unknown");
  expect(idsOf(started)).toEqual(["m1"]);
});

test("starts the turn of a message that is taken back while it waits with an open card, to end that", async () => {
  await using desk = await openTurnDesk();
  const before = desk.open({
    async run({ key, journal, signal }) {
      if (key.messageId === "m2") await journal.opening("card-2");
      await once(signal, "abort");
      return { kind: "release" };
    },
  });
  for (const { inbound, message } of [say("m1", "cidA"), say("m2", "cidB")]) {
    await before.receive(inbound, message);
  }
  const cardOf = async (id: string): Promise<string | undefined> =>
    (await readTurnRecord(desk.store.state, keyOf(id)))?.outTrackId;
  await eventually(async () => expect(await cardOf("m2")).toBe("card-2"));
  await desk.restart();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run, maxConcurrent: 1 });
  await eventually(() => expect(idsOf(started)).toEqual(["m1"]));
  expect(await turns.recall(keyOf("m2"))).toBe("interrupted");
  end("m1");
  await eventually(() => expect(idsOf(started)).toEqual(["m1", "m2"]));
  expect(started.map(({ stopReason }) => stopReason)).toEqual([undefined, "recalled"]);
  end("m2", { kind: "finished", outcome: { kind: "recalled" } });
});

test("keeps what is known of a turn that the next process goes on with, also when no reply had begun", async () => {
  await using desk = await openTurnDesk();
  let isRunning = false;
  const before = desk.open({
    async run({ journal, signal }) {
      journal.note("agent", "main");
      isRunning = true;
      await once(signal, "abort");
      return { kind: "release" };
    },
  });
  const { inbound, message } = say("m1");
  await before.receive(inbound, message);
  await eventually(() => expect(isRunning).toBe(true));
  await desk.restart();
  desk.open({ run: async () => ANSWERED });
  await eventually(async () => {
    const { steps = [] } = (await readTurnRecord(desk.store.state, keyOf("m1"))) ?? {};
    expect(steps.map(({ step }) => step)).toEqual(["claimed", "agent", "released", "claimed", "answered"]);
  });
});

test("tries a failed turn again in its place, then lets it say so, and sets the message aside", async () => {
  await using desk = await openTurnDesk({ maxAttempts: 2 });
  const attempts: string[] = [];
  const turns = desk.open({
    async run({ key, attempt, exhausted }) {
      attempts.push(`${key.messageId} ${attempt}${exhausted ? " exhausted" : ""}`);
      if (key.messageId === "m1" && !exhausted) throw new TypeError("secret words");
      return ANSWERED;
    },
  });
  for (const id of ["m1", "m2"]) {
    const { inbound, message } = say(id);
    await turns.receive(inbound, message);
  }
  await eventually(async () => {
    await desk.clock.advance(2_000);
    expect(attempts).toEqual(["m1 1", "m1 2", "m1 2 exhausted", "m2 1"]);
  });
  await eventually(async () => expect((await desk.store.inbox.show(keyOf("m1")))?.state).toBe("dead"));
  expect((await desk.store.inbox.show(keyOf("m1")))?.reason).toBe("TypeError");
  const { steps = [] } = (await readTurnRecord(desk.store.state, keyOf("m1"))) ?? {};
  expect(steps.map(({ step }) => step)).toEqual([
    "claimed",
    "retry",
    "claimed",
    "retry",
    "claimed",
    "explained",
  ]);
});

test("waits as long as a turn asks for before it is tried again, and takes the attempt back", async () => {
  await using desk = await openTurnDesk();
  const attempts: number[] = [];
  const turns = desk.open({
    async run({ attempt }) {
      attempts.push(attempt);
      return attempts.length > 1
        ? ANSWERED
        : { kind: "retry", reason: "not now", countsAsAttempt: false, delayMs: 900_000 };
    },
  });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(async () =>
    expect(await desk.store.inbox.show(keyOf("m1"))).toMatchObject({ state: "waiting", reason: "not now" }),
  );
  await desk.clock.advance(899_000);
  expect(attempts).toEqual([1]);
  await eventually(async () => {
    await desk.clock.advance(1_000);
    expect(attempts).toEqual([1, 1]);
  });
});

test("sets a message aside at once when no retry would help, and says so", async () => {
  await using desk = await openTurnDesk();
  const dead: string[] = [];
  const turns = desk.open({
    run: async () => ({ kind: "dead", reason: "not delivered: no such person" }),
    onDeadLetter: ({ messageId }, reason) => void dead.push(`${messageId}: ${reason}`),
  });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(async () =>
    expect(await desk.store.inbox.show(keyOf("m1"))).toMatchObject({
      state: "dead",
      reason: "not delivered: no such person",
    }),
  );
  await eventually(() => expect(dead).toEqual(["m1: not delivered: no such person"]));
});

test("a message that is answered after its last attempt is done, and no dead letter", async () => {
  await using desk = await openTurnDesk();
  const { lanes } = desk.store;
  const turns = desk.open({
    // What an earlier process had decided to say is still said.
    run: async () => ANSWERED,
    lanes: {
      ...lanes,
      claim: async (limit, options) =>
        (await lanes.claim(limit, options)).map((claimed) => ({ ...claimed, exhausted: true })),
    },
  });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(async () =>
    expect((await desk.store.inbox.show(keyOf("m1")))?.endedAtMs).toBeTypeOf("number"),
  );
  expect((await desk.store.inbox.show(keyOf("m1")))?.state).toBe("done");
});

test("gives what runs back to its lane when it is closed, attempts uncounted, and goes on in the next process", async () => {
  await using desk = await openTurnDesk();
  const seen: unknown[] = [];
  const turns = desk.open({
    async run({ signal, journal, attempt }) {
      seen.push([attempt, journal.earlier?.outTrackId]);
      await journal.opening("card-1");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { kind: "release" };
    },
  });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(() => expect(seen).toHaveLength(1));
  await eventually(async () => expect(await readTurnRecord(desk.store.state, keyOf("m1"))).toBeDefined());
  await desk.restart();
  desk.open({
    async run({ journal, attempt }) {
      seen.push([attempt, journal.earlier?.outTrackId]);
      return ANSWERED;
    },
  });
  await eventually(async () => expect((await desk.store.inbox.counts()).done).toBe(1));
  expect(seen).toEqual([
    [1, undefined],
    [1, "card-1"],
  ]);
});

test("gives back what was claimed while it was closed, and starts no turn that nobody would end", async () => {
  await using desk = await openTurnDesk();
  const claimed = Promise.withResolvers<void>();
  const handOut = Promise.withResolvers<void>();
  const lanes: LaneStore = {
    ...desk.store.lanes,
    async claim(limit, options) {
      const messages = await desk.store.lanes.claim(limit, options);
      claimed.resolve();
      await handOut.promise;
      return messages;
    },
  };
  const { run, started } = createHeldRuns();
  const turns = desk.open({ run, lanes });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await claimed.promise;
  const closed = turns[Symbol.asyncDispose]();
  handOut.resolve();
  await closed;
  expect(started).toEqual([]);
  expect(await desk.store.inbox.counts()).toMatchObject({ running: 0, waiting: 1 });
});

test("repeats the end of a turn until the disk takes it", async () => {
  await using desk = await openTurnDesk();
  let refusals = 2;
  const lanes: LaneStore = {
    ...desk.store.lanes,
    async finish(claimed) {
      refusals -= 1;
      if (refusals >= 0) throw new Error("disk full");
      return desk.store.lanes.finish(claimed);
    },
  };
  const turns = desk.open({ run: async () => ANSWERED, lanes });
  const { inbound, message } = say("m1");
  await turns.receive(inbound, message);
  await eventually(async () => {
    await desk.clock.advance(1_000);
    expect((await desk.store.inbox.counts()).done).toBe(1);
  });
  expect(refusals).toBe(-1);
});

test("sets a message aside that cannot be read", async () => {
  await using desk = await openTurnDesk();
  const lane = laneOf(ROBOT, "cidA");
  await desk.store.lanes.append({
    robotCode: ROBOT,
    messageId: "m1",
    lane,
    body: "what a newer version writes",
  });
  desk.open({ run: async () => ANSWERED });
  await eventually(async () =>
    expect(await desk.store.inbox.show(keyOf("m1"))).toMatchObject({
      state: "dead",
      reason: "the kept message cannot be read",
    }),
  );
});

test("hands the wire object back as it came", async () => {
  await using desk = await openTurnDesk();
  const { run, started, end } = createHeldRuns();
  const turns = desk.open({ run });
  const { inbound, message } = say("m1", "cid+/=", "你好");
  await turns.receive(inbound, message);
  await eventually(() => expect(started).toHaveLength(1));
  expect(started[0]?.message).toEqual(message);
  end("m1");
});

test("tells a message to end, too, that was claimed while everything closed", async () => {
  await using desk = await openTurnDesk();
  const { lanes, inbox } = desk.store;
  let closed: PromiseLike<void> | undefined;
  const turns = desk.open({
    run: ({ signal }) => {
      const { promise, resolve } = Promise.withResolvers<TurnResult>();
      if (signal.aborted) resolve({ kind: "release" });
      signal.addEventListener("abort", () => resolve({ kind: "release" }), { once: true });
      return promise;
    },
    lanes: {
      ...lanes,
      async claim(limit, options) {
        const claimed = await lanes.claim(limit, options);
        closed ??= turns[Symbol.asyncDispose]();
        return claimed;
      },
    },
  });
  const { message, inbound } = say("m1");
  await turns.receive(inbound, message);
  await eventually(() => expect(closed).toBeDefined());
  await closed;
  expect(await inbox.show(keyOf("m1"))).toMatchObject({ state: "waiting", attempts: 0 });
});
