import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { openSqliteStore } from "@dingtalk-kit/store";
import { laneOf } from "@dingtalk-kit/turn";
import { expect, onTestFinished, test } from "vitest";

import { claimInterruptedSessions } from "../src/session-recovery.ts";
import type { SessionRecoveryContext } from "../src/session-recovery.ts";

type Entry = ReturnType<SessionRecoveryContext["sessions"]["listSessionEntries"]>[number]["entry"];

const GROUP = "cidTheGroup==";
const ROBOT = "dingrobotofitsown";
const CONTEXT = { channel: "dingtalk", to: `group:${GROUP}`, accountId: "default" };
const FUTURE = Date.now() + 3_600_000;

const owed = (createdAt: number): Partial<Entry> => ({
  status: "done",
  pendingDeliveryNotice: { createdAt, context: CONTEXT, intentId: "intent1", state: "owed" },
});

/** What is left of `entry` after an account has started whose inbox holds one message of that group. */
async function afterStart(
  entry: Partial<Entry>,
  kept: { readonly isDone: boolean } | undefined,
  mayClaim?: () => boolean,
): Promise<Entry> {
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-recovery-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using store = await openSqliteStore({ file: join(folder, "inbox.db") });
  if (kept !== undefined) {
    const lane = laneOf(ROBOT, GROUP);
    await store.lanes.append({ robotCode: ROBOT, messageId: "msg1", lane, sender: "alice", body: {} });
    const [claimed] = kept.isDone ? await store.lanes.claim(1) : [];
    if (claimed !== undefined) await store.lanes.finish(claimed);
  }
  let session: Entry = {
    sessionId: "s1",
    updatedAt: 1,
    delivery: {
      kind: "external",
      route: { channel: "dingtalk" },
      context: CONTEXT,
      origin: {},
    },
    ...entry,
  };
  await claimInterruptedSessions({
    sessions: {
      listSessionEntries: () => [{ sessionKey: "agent:main:group", entry: session }],
      async patchSessionEntry({ update }) {
        session = { ...session, ...(await update(session, {})) };
        return session;
      },
    },
    cfg: {},
    accountId: "default",
    robotCode: ROBOT,
    inbox: store.inbox,
    log: createRecordingLogger(),
    mayClaim,
  });
  return session;
}

test("a turn of a conversation that the inbox knows is not recovered by the host, also where the robot code is no client id", async () => {
  expect(await afterStart({ status: "running" }, { isDone: false })).toMatchObject({ status: "killed" });
  expect(await afterStart({ status: "running" }, { isDone: true })).toMatchObject({ status: "killed" });
  expect(await afterStart({ status: "running" }, undefined)).toMatchObject({ status: "running" });
});

const notice = (entry: Entry): string | undefined => entry.pendingDeliveryNotice?.state;

test("the host need not tell that an answer may not have arrived when the inbox sees to it", async () => {
  expect(notice(await afterStart(owed(FUTURE), { isDone: false }))).toBe("acknowledged");
  // That was about something else: the message had been answered before, or came later.
  expect(notice(await afterStart(owed(FUTURE), { isDone: true }))).toBe("owed");
  expect(notice(await afterStart(owed(1), { isDone: false }))).toBe("owed");
  expect(notice(await afterStart(owed(FUTURE), undefined))).toBe("owed");
});

test("another channel's and another account's sessions are left alone", async () => {
  for (const other of [{ channel: "feishu" }, { accountId: "other" }]) {
    const context = { ...CONTEXT, ...other };
    const delivery: Entry["delivery"] = {
      kind: "external",
      route: { channel: context.channel },
      context,
      origin: {},
    };
    const entry = await afterStart({ status: "running", delivery }, { isDone: false });
    expect(entry.status).toBe("running");
  }
});

test("a turn that may be of this process is left alone", async () => {
  const entry = await afterStart({ status: "running" }, { isDone: false }, () => false);
  expect(entry.status).toBe("running");
});
