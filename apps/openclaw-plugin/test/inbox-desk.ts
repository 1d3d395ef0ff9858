import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseRobotMessage } from "@dingtalk-kit/protocol";
import type { MessageKey, MessageState } from "@dingtalk-kit/protocol";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import { createTurns, readTurnRecord } from "@dingtalk-kit/turn";
import type { Turn, TurnResult, Turns } from "@dingtalk-kit/turn";
import { onTestFinished } from "vitest";

import { storeFile } from "../src/account-store.ts";
import { answerInbox } from "../src/inbox-answer.ts";
import type { InboxReply } from "../src/inbox-reply.ts";
import { readInboxRequest } from "../src/inbox-request.ts";
import type { InboxAction } from "../src/inbox-request.ts";
import type { RunningInbox } from "../src/running-inboxes.ts";

/** Two accounts with an app each, and the folder in which OpenClaw would keep their messages. */
export interface InboxDesk {
  readonly stateDir: string;
  fileOf(app: App): string;
  /** Starts to answer what an app's robot gets, as an account does. */
  start(app: App, run: (turn: Turn) => Promise<TurnResult>): Promise<RunningAccount>;
  /** Asks as the command line does: the accounts that run, else the files. */
  ask(action: InboxAction, params?: Readonly<Record<string, unknown>>): Promise<InboxReply>;
}

export type App = "dingone" | "dingtwo";

export interface RunningAccount extends AsyncDisposable {
  readonly store: Store;
  readonly turns: Turns;
  say(
    messageId: string,
    said?: { readonly from?: string; readonly text?: string; readonly in?: string },
  ): Promise<MessageKey>;
  /** Resolves when the message is in that state. */
  until(messageId: string, state: MessageState): Promise<void>;
  /** Resolves when its turn has written something down. */
  untilRecord(key: MessageKey): Promise<void>;
}

const cfg = {
  channels: {
    dingtalk: {
      accounts: {
        one: { clientId: "dingone", clientSecret: "secret" },
        two: { clientId: "dingtwo", clientSecret: "secret" },
        // Nothing can be kept of this one.
        unfinished: { name: "later" },
      },
    },
  },
};

export function openInboxDesk(): InboxDesk {
  const stateDir = mkdtempSync(join(tmpdir(), "dingtalk-inbox-"));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const running: RunningInbox[] = [];
  const fileOf = (app: App): string => storeFile(stateDir, app);
  return {
    stateDir,
    fileOf,
    async start(app, run) {
      const file = fileOf(app);
      const store = await openSqliteStore({ file, maxAttempts: 2, firstRetryDelayMs: 0, maxRetryDelayMs: 0 });
      const turns = createTurns({ lanes: store.lanes, state: store.state, robotCode: app, run });
      const accountId = app === "dingone" ? "one" : "two";
      const inbox = { accountId, clientId: app, file, store, turns };
      running.push(inbox);
      return {
        store,
        turns,
        say: (messageId, said = {}) => deliver(turns, app, messageId, said),
        until: (messageId, state) => untilState(store, { robotCode: app, messageId }, state),
        async untilRecord(key) {
          while ((await readTurnRecord(store.state, key)) === undefined) await nextRound();
        },
        async [Symbol.asyncDispose]() {
          const index = running.indexOf(inbox);
          if (index < 0) return;
          running.splice(index, 1);
          await turns[Symbol.asyncDispose]();
          await store[Symbol.asyncDispose]();
        },
      };
    },
    ask: (action, params = {}) => answerInbox(readInboxRequest(action, params), { cfg, stateDir, running }),
  };
}

/** A run that goes on until its account stops, and leaves the message to the next start. */
export async function untilStopped({ signal }: Turn): Promise<TurnResult> {
  const { promise, resolve } = Promise.withResolvers<TurnResult>();
  const release = (): void => resolve({ kind: "release" });
  if (signal.aborted) release();
  else signal.addEventListener("abort", release, { once: true });
  return promise;
}

async function deliver(
  turns: Turns,
  robotCode: string,
  messageId: string,
  said: { readonly from?: string; readonly text?: string; readonly in?: string },
): Promise<MessageKey> {
  const message = parseRobotMessage({
    msgId: messageId,
    robotCode,
    conversationId: said.in ?? "cidA",
    conversationType: "1",
    senderStaffId: said.from ?? "alice",
    senderId: "$:LWCP_v1:$x",
    msgtype: "text",
    text: { content: said.text ?? "how much is it?" },
  });
  await turns.receive(
    {
      body: { kind: "robot-message", message },
      transport: "stream",
      frameId: `frame-${messageId}`,
      receivedAtMs: 0,
      ack: () => undefined,
      reject: () => undefined,
    },
    message,
  );
  return { robotCode, messageId };
}

async function untilState(store: Store, key: MessageKey, state: MessageState): Promise<void> {
  while ((await store.inbox.show(key))?.state !== state) await nextRound();
}

/** The store answers from its thread: nothing is gained by asking again before the event loop has turned. */
const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
