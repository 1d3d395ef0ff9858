import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { AccountSettings } from "@dingtalk-kit/config";
import { parseRobotMessage, silentLogger } from "@dingtalk-kit/protocol";
import type { RobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import type { InboxMessage, Store } from "@dingtalk-kit/store";
import { createTurns } from "@dingtalk-kit/turn";
import type { Turn, Turns } from "@dingtalk-kit/turn";
import { expect, onTestFinished, test, vi } from "vitest";

import { openAccountStore } from "../src/account-store.ts";
import { resolveAccount } from "../src/accounts.ts";
import { turnOptions } from "../src/conversations.ts";

const ROBOT = "dingone";
const DAY_MS = 86_400_000;

interface Desk {
  readonly clock: ManualClock;
  /** The account's file as the next process opens it. The one before is closed. */
  open(): Promise<Store>;
  readonly settings: AccountSettings;
}

function openDesk(more: object): Desk {
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dingtalk = { clientId: ROBOT, clientSecret: "s", ...more };
  const settings = resolveAccount({ channels: { dingtalk } }).settings ?? expect.unreachable();
  const clock = createManualClock();
  return {
    clock,
    settings,
    open: () => openAccountStore(join(folder, "inbox.db"), settings, { log: silentLogger, clock }),
  };
}

function messageOf(messageId: string, conversationId: string): RobotMessage {
  return parseRobotMessage({
    msgId: messageId,
    robotCode: ROBOT,
    conversationId,
    conversationType: "1",
    senderStaffId: "alice",
    senderId: "$:LWCP_v1:$x",
    msgtype: "text",
    text: { content: "how much is it?" },
  });
}

/** Somebody writes, in a conversation of its own unless one is named. @returns how it was received */
async function say(turns: Turns, messageId: string, conversationId = `cid-${messageId}`): Promise<string> {
  const message = messageOf(messageId, conversationId);
  const { kind } = await turns.receive(
    {
      body: { kind: "robot-message", message },
      transport: "stream",
      frameId: messageId,
      receivedAtMs: 0,
      ack: () => undefined,
      reject: () => undefined,
    },
    message,
  );
  return kind;
}

/** Turns that go on until they are told to end. */
function holdTurns(
  store: Store,
  { settings, clock }: Desk,
): { readonly turns: Turns; readonly started: Turn[] } {
  const started: Turn[] = [];
  const turns = createTurns(
    {
      lanes: store.lanes,
      state: store.state,
      robotCode: ROBOT,
      ...turnOptions(settings),
      async run(turn) {
        started.push(turn);
        const { promise, resolve } = Promise.withResolvers<void>();
        if (turn.signal.aborted) resolve();
        turn.signal.addEventListener("abort", () => resolve());
        await promise;
        return { kind: "finished", outcome: { kind: "stopped" } };
      },
    },
    { clock },
  );
  return { turns, started };
}

const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 12_000, interval: 20 });

test("maxQueuedPerConversation: so many messages are kept in a conversation at once, and no more are taken", async () => {
  const desk = openDesk({ maxQueuedPerConversation: 2 });
  await using store = await desk.open();
  const { turns } = holdTurns(store, desk);
  const kinds: string[] = [];
  for (const id of ["m1", "m2", "m3", "m4"]) kinds.push(await say(turns, id, "cidA"));
  expect(kinds).toEqual(["kept", "kept", "full", "full"]);
  expect(await say(turns, "m5", "cidB")).toBe("kept");
  await turns[Symbol.asyncDispose]();
});

test("maxConcurrentTurns: so many conversations are worked on at once", async () => {
  const desk = openDesk({ maxConcurrentTurns: 2 });
  await using store = await desk.open();
  const { turns, started } = holdTurns(store, desk);
  for (const id of ["m1", "m2", "m3"]) await say(turns, id);
  await eventually(() => expect(started).toHaveLength(2));
  expect(turns.interrupt(started[0]?.lane ?? "", "stopped")).toBe(true);
  await eventually(() => expect(started).toHaveLength(3));
  await turns[Symbol.asyncDispose]();
});

test("turnTimeoutMs: a turn without any sign of life ends after it", async () => {
  const desk = openDesk({ turnTimeoutMs: 20_000 });
  await using store = await desk.open();
  const { turns, started } = holdTurns(store, desk);
  await say(turns, "m1");
  await eventually(() => expect(started).toHaveLength(1));
  await desk.clock.advance(19_000);
  started[0]?.heard();
  await desk.clock.advance(19_999);
  expect(started[0]?.stopReason).toBe(undefined);
  await desk.clock.advance(1);
  expect(started[0]?.stopReason).toBe("silent");
  await turns[Symbol.asyncDispose]();
});

test("repeatUncertain: whether a message that may have arrived is sent again", async () => {
  for (const repeatUncertain of [true, false]) {
    const desk = openDesk({ repeatUncertain });
    await using store = await desk.open();
    const { turns, started } = holdTurns(store, desk);
    await say(turns, "m1");
    await eventually(() => expect(started[0]?.journal.repeatUncertain).toBe(repeatUncertain));
    await turns[Symbol.asyncDispose]();
  }
});

test("retention: answered messages, failed ones and texts are kept for the days that it says", async () => {
  const desk = openDesk({ retention: { doneDays: 3, deadDays: 5, textDays: 1 } });
  const first = await desk.open();
  for (const messageId of ["done", "dead"]) {
    const body = { words: "how much is it?" };
    await first.lanes.append({ robotCode: ROBOT, messageId, lane: messageId, body });
    const [claimed = expect.unreachable()] = await first.lanes.claim(1);
    await (messageId === "done" ? first.lanes.finish(claimed) : first.lanes.deadLetter(claimed, "no model"));
  }
  await first[Symbol.asyncDispose]();

  const keptAfter = async (days: number): Promise<Readonly<Record<string, boolean>>> => {
    await desk.clock.advance(days * DAY_MS);
    await using store = await desk.open();
    const show = (messageId: string): Promise<InboxMessage | undefined> =>
      store.inbox.show({ robotCode: ROBOT, messageId });
    await store.inbox.purge();
    const [done, dead] = [await show("done"), await show("dead")];
    return { done: done !== undefined, dead: dead !== undefined, text: done?.body !== undefined };
  };
  expect(await keptAfter(0.9)).toEqual({ done: true, dead: true, text: true });
  expect(await keptAfter(1)).toEqual({ done: true, dead: true, text: false });
  expect(await keptAfter(1.2)).toEqual({ done: false, dead: true, text: false });
  expect(await keptAfter(2)).toEqual({ done: false, dead: false, text: false });
});
