import { createMemoryState, fillPorts } from "@dingtalk-kit/protocol";
import type { StatePort } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { eraseTurnRecord, readTurnRecord } from "../src/index.ts";
import type { TurnJournal } from "../src/index.ts";
import { openTurnJournal } from "../src/turn-journal.ts";

const key = { robotCode: "dingrobot1", messageId: "m1" };

function desk(): { readonly state: StatePort; readonly open: () => Promise<TurnJournal> } {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  return {
    state,
    open: () =>
      openTurnJournal({
        state,
        key,
        lane: "lane",
        keepMs: 60_000,
        repeatUncertain: true,
        ports: fillPorts({ clock }),
      }),
  };
}

test("has nothing from before on the first run", async () => {
  expect((await desk().open()).earlier).toBeUndefined();
});

test("tells the next process which card there is, the last words, and which messages have arrived", async () => {
  const { open } = desk();
  const first = await open();
  await first.opening("card-1");
  await first.ending("the whole answer", "FINISHED");
  await first.sending(0, false, 3_000);
  await first.sent(0, { route: "robot-api", processQueryKey: "pqk-1" });
  await first.sending(1, false, 3_000);
  expect((await open()).earlier).toEqual({
    outTrackId: "card-1",
    end: { text: "the whole answer", state: "FINISHED" },
    messages: { whole: false, from: 3_000, sent: 1, uncertain: true },
  });
});

test("does not call a message uncertain that was refused", async () => {
  const { open } = desk();
  const first = await open();
  await first.ending("the whole answer", "FINISHED");
  await first.sending(0, true, 0);
  await first.unsent?.(0);
  expect((await open()).earlier?.messages).toEqual({ whole: true, from: 0, sent: 0, uncertain: false });
});

test("keeps what happened, and no text, after the end", async () => {
  const { state, open } = desk();
  const journal = await open();
  journal.note("claimed", "attempt 1");
  await journal.ending("a secret answer", "FINISHED");
  await journal.sent(0, { route: "robot-api", processQueryKey: "pqk-1" });
  await journal.close({ kind: "answered" });
  const record = await readTurnRecord(state, key);
  expect(record).toMatchObject({ outcome: { kind: "answered" }, end: undefined, receipts: ["pqk-1"] });
  expect(record?.steps.map(({ step }) => step)).toEqual(["claimed", "ending", "sent", "answered"]);
  expect(JSON.stringify(record)).not.toContain("secret");
});

test("finds what was noted, by an earlier process as well, once it is on disk", async () => {
  const { open } = desk();
  const first = await open();
  expect(first.noted("reaction")).toBeUndefined();
  first.note("reaction", "one");
  first.note("reaction", "two");
  expect(first.noted("reaction")?.detail).toBe("two");
  expect((await open()).noted("reaction")).toBeUndefined();
  await first.save();
  expect((await open()).noted("reaction")?.detail).toBe("two");
});

test("keeps the latest 50 steps", async () => {
  const { state, open } = desk();
  const journal = await open();
  for (let i = 0; i < 60; i += 1) journal.note("step", String(i));
  await journal.close(undefined);
  const { steps = [] } = (await readTurnRecord(state, key)) ?? {};
  expect(steps).toHaveLength(50);
  expect(steps.at(-1)?.detail).toBe("59");
});

test("goes on after its record was erased", async () => {
  const { state, open } = desk();
  const journal = await open();
  await journal.opening("card-1");
  expect(await eraseTurnRecord(state, key)).toBe(true);
  await expect(journal.ending("text", "FINISHED")).rejects.toThrow(/changed by somebody else/);
  await journal.close({ kind: "answered" });
  expect((await readTurnRecord(state, key))?.outcome).toEqual({ kind: "answered" });
});

test("reads a record that a newer version has written as far as it can", async () => {
  const { state } = desk();
  const value = {
    lane: 7,
    steps: [[1, "claimed"], "odd", [2]],
    messages: {},
    outcome: { kind: "levitated" },
    more: true,
  };
  await state.compareAndSet("turn", JSON.stringify(["dingrobot1", "m1"]), {
    expectedVersion: undefined,
    value,
  });
  expect(await readTurnRecord(state, key)).toMatchObject({
    lane: "",
    steps: [{ atMs: 1, step: "claimed" }],
    messages: undefined,
    outcome: undefined,
  });
});
