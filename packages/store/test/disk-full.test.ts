import { appendFileSync, rmSync, writeFileSync } from "node:fs";

import type { LaneMessage, LaneStore } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { openSqliteStore } from "../src/index.ts";

import { hasPrivilege } from "./privilege.ts";
import { mountSmallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const canMount = hasPrivilege("a small disk cannot be mounted", () =>
  mountSmallDisk(65_536)[Symbol.dispose](),
);
const small = (id: number): LaneMessage => ({
  robotCode: "robot",
  messageId: `m${id}`,
  lane: `l${id % 3}`,
  body: "",
});
const large = (id: number): LaneMessage => ({ ...small(id), body: "x".repeat(20_000) });

/** Appends until the disk refuses. @returns how many were accepted. */
async function fill(lanes: LaneStore): Promise<number> {
  for (let id = 0; ; id += 1) {
    const answer = await lanes.append(large(id)).catch((error: unknown) => error);
    if (!(answer instanceof Error)) continue;
    expect(answer).toMatchObject({
      code: "DINGTALK_STORE",
      fault: "disk-full",
      retryable: true,
      message: expect.stringMatching(/there is no room for .*inbox\.db/),
    });
    return id;
  }
}

test("appends nothing that has no room, works off what it has, and appends again when there is room", async () => {
  using folder = temporaryFolder();
  await using store = await openSqliteStore({
    file: folder.file("inbox.db"),
    maxFileBytes: 1_000_000,
    keepDoneMs: 0,
  });
  const accepted = await fill(store.lanes);
  expect(accepted).toBeGreaterThan(10);
  expect(await store.inbox.counts()).toMatchObject({ waiting: accepted, lanes: 3 });
  expect(await store.inbox.show(small(accepted))).toBeUndefined();
  const claimed = await store.lanes.claim(2);
  for (const one of claimed) expect(await store.lanes.finish(one)).toBe(true);
  await expect(store.lanes.append(large(accepted))).rejects.toMatchObject({ fault: "disk-full" });
  expect(await store.inbox.purge()).toMatchObject({ messages: 2 });
  expect(await store.lanes.append(large(accepted))).toEqual({ kind: "appended" });
});

test("refuses alone what has no room: calls that share its commit go through", async () => {
  using folder = temporaryFolder();
  await using store = await openSqliteStore({ file: folder.file("inbox.db"), maxFileBytes: 200_000 });
  const calls = await Promise.allSettled([
    store.lanes.append(small(1)),
    store.lanes.append({ ...small(2), body: "x".repeat(400_000) }),
    store.lanes.append(small(3)),
    store.state.compareAndSet("n", "k", { expectedVersion: undefined, value: 1 }),
  ]);
  expect(calls.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await store.inbox.counts()).toMatchObject({ waiting: 2, lanes: 2 });
});

test.skipIf(!canMount)("appends nothing on a disk that is full (needs the right to mount)", async () => {
  using disk = mountSmallDisk(4_000_000);
  const file = disk.file("inbox.db");
  let accepted: number;
  {
    await using store = await openSqliteStore({ file });
    accepted = await fill(store.lanes);
    expect(await store.inbox.counts()).toMatchObject({ waiting: accepted });
  }
  await using store = await openSqliteStore({ file });
  expect(await store.inbox.counts()).toMatchObject({ waiting: accepted });
});

test.skipIf(!canMount)("accepts again when another file made room (needs the right to mount)", async () => {
  using disk = mountSmallDisk(4_000_000);
  writeFileSync(disk.file("theirs"), Buffer.alloc(2_000_000));
  await using store = await openSqliteStore({ file: disk.file("inbox.db") });
  const accepted = await fill(store.lanes);
  rmSync(disk.file("theirs"));
  expect(await store.lanes.append(large(accepted))).toEqual({ kind: "appended" });
});

test.skipIf(!canMount)(
  "keeps a message running that a full disk refuses to finish, until there is room (needs the right to mount)",
  async () => {
    using disk = mountSmallDisk(4_000_000);
    await using store = await openSqliteStore({ file: disk.file("inbox.db") });
    for (const id of [1, 2, 3]) await store.lanes.append(small(id));
    const [claimed] = await store.lanes.claim(1);
    if (claimed === undefined) throw new Error("nothing to claim");
    expect(() => {
      for (;;) appendFileSync(disk.file("theirs"), Buffer.alloc(4_096));
    }).toThrow("ENOSPC");
    const refusal = { fault: "disk-full", retryable: true };
    await expect(store.lanes.finish(claimed)).rejects.toMatchObject(refusal);
    await expect(store.lanes.retry(claimed, { reason: "again" })).rejects.toMatchObject(refusal);
    await expect(store.lanes.claim(1, { wait: false })).rejects.toMatchObject(refusal);
    expect(await store.lanes.drain(0)).toBe(false);
    expect(await store.inbox.counts()).toMatchObject({ running: 1, waiting: 2 });
    rmSync(disk.file("theirs"));
    expect(await store.lanes.finish(claimed)).toBe(true);
    expect(await store.lanes.drain(0)).toBe(true);
    expect(await store.inbox.counts()).toMatchObject({ done: 1, running: 0, waiting: 2 });
  },
);

test.skipIf(!canMount)("says that the file cannot be written (needs the right to mount)", async () => {
  using disk = mountSmallDisk(4_000_000);
  const file = disk.file("inbox.db");
  {
    await using store = await openSqliteStore({ file });
    await store.lanes.append(small(1));
  }
  disk.makeReadOnly();
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    fault: "read-only",
    message: expect.stringMatching(/inbox\.db cannot be written .*give this process the right/),
  });
});
