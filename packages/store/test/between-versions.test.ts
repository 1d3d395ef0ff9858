import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { openDatabase } from "../src/database/open-database.ts";
import { SCHEMA } from "../src/database/schema.ts";
import { openSqliteStore } from "../src/index.ts";
import { unpackPreviousProgram } from "./previous-program.ts";
import { hasPrivilege } from "./privilege.ts";
import { mountSmallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const canMount = hasPrivilege("a small disk cannot be mounted", () =>
  mountSmallDisk(65_536)[Symbol.dispose](),
);
const message = (lane: string, messageId: string) => ({
  robotCode: "robot",
  messageId,
  lane,
  sender: "anna",
  body: { text: `${messageId} 你好` },
});

/** Tables of a version to come that neither the previous program nor this one can use. */
const NEXT_SCHEMA = [
  ...SCHEMA,
  { version: 2, usableFrom: 2, sql: "alter table message rename column body to text" },
];

/** Upgrades a file as the version to come would, and leaves it. */
function upgrade(file: string): void {
  const options = { file, lockTimeoutMs: 0, maxFileBytes: undefined };
  using next = openDatabase(options, NEXT_SCHEMA);
  expect(next.schemaVersion).toBe(2);
}

/** What is in a folder, byte by byte. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((name) => name.startsWith("inbox.db"))
      .map((name) => [name, readFileSync(`${folder}/${name}`, "base64")]),
  );
}

test("goes on with all that the previous version left in a file", async () => {
  using folder = temporaryFolder();
  const openPrevious = await unpackPreviousProgram(folder.path);
  const file = folder.file("inbox.db");
  const clock = createManualClock();
  {
    await using store = await openPrevious({ file }, { clock });
    const { lanes, state } = store;
    for (const id of ["done", "dead", "dropped", "retried", "next"]) await lanes.append(message("a", id));
    const claim = async () => {
      const [claimed] = await lanes.claim(1, { wait: false });
      if (claimed === undefined) throw new Error("nothing to claim");
      return claimed;
    };
    await lanes.finish(await claim());
    await lanes.deadLetter(await claim(), "the agent is gone");
    await lanes.drop(message("a", "dropped"), "recalled");
    await lanes.retry(await claim(), { reason: "busy", delayMs: 5_000 });
    await lanes.append(message("b", "claimed"));
    await claim();
    await state.compareAndSet("ns", "key", { expectedVersion: undefined, value: { kept: "好" } });
  }
  await using store = await openSqliteStore({ file }, { clock });
  const { lanes, inbox, state } = store;
  expect((await inbox.list()).entries.map((entry) => [entry.messageId, entry.state, entry.reason])).toEqual([
    ["done", "done", undefined],
    ["dead", "dead", "the agent is gone"],
    ["dropped", "dropped", "recalled"],
    ["retried", "waiting", "busy"],
    ["next", "waiting", undefined],
    ["claimed", "waiting", undefined],
  ]);
  expect(await lanes.append(message("a", "done"))).toEqual({ kind: "duplicate", state: "done" });
  expect(await state.get("ns", "key")).toMatchObject({ value: { kept: "好" } });
  expect(await lanes.claim(9, { wait: false })).toMatchObject([
    { messageId: "claimed", attempt: 1, body: { text: "claimed 你好" } },
  ]);
  await clock.advance(5_000);
  expect(await lanes.claim(9)).toMatchObject([{ messageId: "retried", attempt: 2, sender: "anna" }]);
});

test("leaves a file that the previous version goes on with", async () => {
  using folder = temporaryFolder();
  const openPrevious = await unpackPreviousProgram(folder.path);
  const file = folder.file("inbox.db");
  {
    await using store = await openSqliteStore({ file });
    for (const id of ["1", "2"]) await store.lanes.append(message("a", id));
    for (const one of await store.lanes.claim(1)) await store.lanes.finish(one);
    await store.state.compareAndSet("ns", "key", { expectedVersion: undefined, value: 1 });
  }
  await using store = await openPrevious({ file });
  expect(await store.lanes.append(message("a", "1"))).toEqual({ kind: "duplicate", state: "done" });
  expect(await store.lanes.claim(1)).toMatchObject([{ messageId: "2", body: { text: "2 你好" } }]);
  expect(await store.state.get("ns", "key")).toMatchObject({ value: 1 });
  await expect(openSqliteStore({ file, lockTimeoutMs: 0 })).rejects.toMatchObject({ fault: "owned" });
});

test("keeps a copy beside a file that an upgrade closes to the version before, which refuses it and goes back", async () => {
  using folder = temporaryFolder();
  const openPrevious = await unpackPreviousProgram(folder.path);
  const file = folder.file("inbox.db");
  const backup = folder.file("inbox.db.schema-1");
  {
    await using store = await openPrevious({ file });
    await store.lanes.append(message("a", "1"));
  }
  upgrade(file);
  expect((statSync(backup).mode & 0o777).toString(8)).toBe("600");
  const before = contentOf(folder.path);
  expect([...before.keys()]).toEqual(["inbox.db", "inbox.db.lock", "inbox.db.schema-1"]);
  await expect(openPrevious({ file })).rejects.toMatchObject({
    fault: "newer-schema",
    message: expect.stringContaining("schema 2, this version knows up to 1"),
  });
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    fault: "newer-schema",
    retryable: false,
    message: expect.stringMatching(
      /inbox\.db was written by a newer version \(schema 2, this version knows up to 1\): install that version again, or move the file away, .*put \S*inbox\.db\.schema-1 in its place/,
    ),
  });
  expect(contentOf(folder.path)).toEqual(before);

  renameSync(backup, file);
  {
    await using store = await openPrevious({ file });
    expect(await store.lanes.claim(1)).toMatchObject([{ messageId: "1", body: { text: "1 你好" } }]);
  }
  await using store = await openSqliteStore({ file });
  expect(await store.lanes.claim(1)).toMatchObject([{ messageId: "1", attempt: 1 }]);
});

test("copies what a crash left in the write-ahead log, and leaves nothing half copied", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const store = await openSqliteStore({ file });
  await store.lanes.append(message("a", "1"));
  // As if the process had died here: the log stays.
  const crashed = contentOf(folder.path);
  await store[Symbol.asyncDispose]();
  for (const name of ["inbox.db", "inbox.db-wal"])
    writeFileSync(folder.file(name), crashed.get(name) ?? "", "base64");
  writeFileSync(folder.file("inbox.db.schema-1.part"), "half of a copy");
  upgrade(file);
  expect([...contentOf(folder.path).keys()]).toEqual(["inbox.db", "inbox.db.lock", "inbox.db.schema-1"]);
  using copy = new DatabaseSync(folder.file("inbox.db.schema-1"), { readOnly: true });
  expect(copy.prepare("select message_id from message").all()).toEqual([{ message_id: "1" }]);
});

test("copies nothing when the version before can go on with the new tables", () => {
  using folder = temporaryFolder();
  const options = { file: folder.file("inbox.db"), lockTimeoutMs: 0, maxFileBytes: undefined };
  openDatabase(options)[Symbol.dispose]();
  const more = { version: 2, usableFrom: 1, sql: "create index message_text on message (body)" };
  openDatabase(options, [...SCHEMA, more])[Symbol.dispose]();
  expect(readdirSync(folder.path).toSorted()).toEqual(["inbox.db", "inbox.db.lock"]);
});

test.skipIf(!canMount)(
  "does not upgrade a file when there is no room for the copy (needs the right to mount)",
  async () => {
    using disk = mountSmallDisk(2_000_000);
    const file = disk.file("inbox.db");
    {
      await using store = await openSqliteStore({ file });
      for (const id of ["1", "2", "3"])
        await store.lanes.append({ ...message("a", id), body: "x".repeat(200_000) });
    }
    writeFileSync(disk.file("theirs"), Buffer.alloc(900_000));
    expect(() => upgrade(file)).toThrow("full");
    expect(readdirSync(disk.path).toSorted()).toEqual(["inbox.db", "inbox.db.lock", "theirs"]);
    await using store = await openSqliteStore({ file });
    expect(await store.inbox.counts()).toMatchObject({ waiting: 3 });
  },
);

test("removes the copy when it is older than texts are kept, and at once when a person is erased", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const backup = folder.file("inbox.db.schema-1");
  const clock = createManualClock();
  const exists = (): boolean => readdirSync(folder.path).includes("inbox.db.schema-1");
  await using store = await openSqliteStore({ file, keepTextMs: 1_000 }, { clock });
  writeFileSync(backup, "texts");
  utimesSync(backup, clock.nowMs() / 1_000, clock.nowMs() / 1_000);
  await clock.advance(1_000);
  await store.inbox.purge();
  expect(exists()).toBe(true);
  await clock.advance(1);
  await store.inbox.purge();
  expect(exists()).toBe(false);
  writeFileSync(backup, "texts");
  writeFileSync(`${backup}.part`, "half of the texts");
  await store.inbox.erase("anna");
  expect(readdirSync(folder.path).filter((name) => name.includes("schema"))).toEqual([]);
});
