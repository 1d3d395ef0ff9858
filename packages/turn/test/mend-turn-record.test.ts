import { createMemoryState, fillPorts } from "@dingtalk-kit/protocol";
import type { StatePort } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { decideEnd, forgetReply, readTurnRecord } from "../src/index.ts";
import type { TurnJournal } from "../src/index.ts";
import { openTurnJournal } from "../src/turn-journal.ts";

const key = { robotCode: "dingrobot1", messageId: "m1" };
const KEEP_MS = 60_000;

function desk() {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  const ports = fillPorts({ clock });
  const open = (): Promise<TurnJournal> =>
    openTurnJournal({ state, key, lane: "lane", keepMs: KEEP_MS, repeatUncertain: true, ports });
  return {
    clock,
    state,
    open,
    step: (word: string) => ({ atMs: clock.nowMs(), step: word, detail: "by hand" }),
  };
}

test("begins the reply anew after it was forgotten, and still tells what happened before", async () => {
  const { clock, state, open, step } = desk();
  const first = await open();
  await first.opening("card-1");
  await first.sending(0, true, 0);
  await first.sent(0, { route: "robot-api", processQueryKey: "pqk-1" });
  await first.close({ kind: "explained", reason: "gave-up" });
  await clock.advance(KEEP_MS - 1);
  await forgetReply(state, key, step("retried"));
  expect((await open()).earlier).toBeUndefined();
  const record = await readTurnRecord(state, key);
  expect(record).toMatchObject({ outTrackId: undefined, outcome: undefined, receipts: ["pqk-1"] });
  expect(record?.steps.at(0)).toMatchObject({ step: "card", detail: "card-1" });
  expect(record?.steps.at(-1)).toEqual(step("retried"));
  await clock.advance(1);
  expect(await readTurnRecord(state, key), "kept no longer than before").toBeUndefined();
});

test("gives the next turn the last words that somebody else decided on, in the card that is open", async () => {
  const { state, open, step } = desk();
  await (await open()).opening("card-1");
  await decideEnd(state, key, step("dropped"), { text: "called off", state: "FAILED" });
  expect((await open()).earlier).toEqual({
    outTrackId: "card-1",
    end: { text: "called off", state: "FAILED" },
    messages: undefined,
  });
});

test("makes no record where there is none", async () => {
  const { state, step } = desk();
  await forgetReply(state, key, step("retried"));
  expect(await readTurnRecord(state, key)).toBeUndefined();
});

test("loses nothing that another writes at the same time", async () => {
  const { state, open, step } = desk();
  const journal = await open();
  await journal.opening("card-1");
  let isFirst = true;
  const contested: StatePort = {
    ...state,
    async compareAndSet(namespace, name, change) {
      if (isFirst) {
        isFirst = false;
        await journal.sent(0, { route: "robot-api", processQueryKey: "pqk-1" });
      }
      return state.compareAndSet(namespace, name, change);
    },
  };
  await forgetReply(contested, key, step("retried"));
  const record = await readTurnRecord(state, key);
  expect(record).toMatchObject({ receipts: ["pqk-1"], outTrackId: undefined });
});
