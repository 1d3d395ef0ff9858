import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseRobotMessage } from "@dingtalk-kit/protocol";
import type { Inbound, RobotMessage } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { SqliteStoreOptions, Store } from "@dingtalk-kit/store";

import { vi } from "vitest";

import { createTurns } from "../src/index.ts";
import type { Turn, TurnResult, Turns, TurnsOptions } from "../src/index.ts";

export const ROBOT = "dingrobot1";

/** Waits until `check` passes: patiently, for a thread and a disk take part. */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 12_000, interval: 20 });
}

/** A store on disk, and turns on it. */
export interface TurnDesk extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createRecordingLogger>;
  readonly store: Store;
  open(options: Partial<TurnsOptions> & Pick<TurnsOptions, "run">): Turns;
  /** The process ends and the next one begins: what was claimed comes back. */
  restart(): Promise<void>;
}

export async function openTurnDesk(options: Partial<SqliteStoreOptions> = {}): Promise<TurnDesk> {
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-turn-"));
  const clock = createManualClock();
  const log = createRecordingLogger();
  const openStore = (): Promise<Store> =>
    openSqliteStore({ file: join(folder, "inbox.db"), ...options }, { clock });
  let store = await openStore();
  const opened: Turns[] = [];
  const close = async (): Promise<void> => {
    for (const turns of opened.splice(0)) await turns[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  return {
    clock,
    log,
    get store() {
      return store;
    },
    open(more) {
      const turns = createTurns({ lanes: store.lanes, state: store.state, ...more }, { clock, log });
      opened.push(turns);
      return turns;
    },
    async restart() {
      await close();
      store = await openStore();
    },
    async [Symbol.asyncDispose]() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Said {
  readonly message: RobotMessage;
  readonly inbound: Inbound;
  /** `ack`, `reject: …`, in the order of the calls. */
  readonly calls: readonly string[];
}

/** A message of a person, as the Stream would hand it in. */
export function say(messageId: string, conversationId = "cidA", text = "hello"): Said {
  const message = parseRobotMessage({
    msgId: messageId,
    robotCode: ROBOT,
    conversationId,
    conversationType: "1",
    senderStaffId: "staff1",
    senderId: "$:LWCP_v1:$x",
    msgtype: "text",
    text: { content: text },
  });
  const calls: string[] = [];
  const inbound: Inbound = {
    body: { kind: "robot-message", message },
    transport: "stream",
    frameId: `frame-${messageId}`,
    receivedAtMs: 0,
    ack: () => void calls.push("ack"),
    reject: (reason) => void calls.push(`reject: ${reason}`),
  };
  return { message, inbound, calls };
}

export const ANSWERED: TurnResult = { kind: "finished", outcome: { kind: "answered" } };

/** A `run` that holds each turn until it is let go. */
export function createHeldRuns(): {
  readonly run: (turn: Turn) => Promise<TurnResult>;
  readonly started: readonly Turn[];
  /** Ends the turn of this message. */
  readonly end: (messageId: string, result?: TurnResult) => void;
} {
  const started: Turn[] = [];
  const held = new Map<string, (result: TurnResult) => void>();
  return {
    started,
    run(turn) {
      started.push(turn);
      const { promise, resolve } = Promise.withResolvers<TurnResult>();
      held.set(turn.key.messageId, resolve);
      return promise;
    },
    end: (messageId, result = ANSWERED) => held.get(messageId)?.(result),
  };
}
