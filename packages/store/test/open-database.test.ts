import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const robot = (messageId: string, text = "hello") => ({
  robotCode: "robot",
  messageId,
  lane: "a",
  body: text,
});
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("makes every file readable for its owner alone, and its folder too", async () => {
  using folder = temporaryFolder();
  await using store = await openSqliteStore({ file: folder.file("new/deep/inbox.db") });
  await store.lanes.append(robot("1"));
  expect(readdirSync(folder.file("new/deep")).toSorted()).toEqual([
    "inbox.db",
    "inbox.db-shm",
    "inbox.db-wal",
    "inbox.db.lock",
    "inbox.db.owner",
  ]);
  expect([mode(folder.file("new")), mode(folder.file("new/deep"))]).toEqual(["700", "700"]);
  const modes = readdirSync(folder.file("new/deep")).map((name) => mode(folder.file(`new/deep/${name}`)));
  expect(new Set(modes)).toEqual(new Set(["600"]));
});

test("closes a file that others could read", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  writeFileSync(file, "");
  chmodSync(file, 0o644);
  await using store = await openSqliteStore({ file });
  await store.lanes.append(robot("1"));
  expect([mode(file), mode(`${file}-wal`)]).toEqual(["600", "600"]);
});

test("takes two names of one database for one", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  symlinkSync(file, folder.file("link.db"));
  symlinkSync(folder.path, folder.file("folder"));
  await using first = await openSqliteStore({ file });
  for (const name of ["link.db", "folder/inbox.db"]) {
    await expect(openSqliteStore({ file: folder.file(name), lockTimeoutMs: 0 })).rejects.toMatchObject({
      fault: "owned",
      message: expect.stringContaining("this process already"),
    });
  }
  expect(await first.lanes.append(robot("1"))).toEqual({ kind: "appended" });
});

test("leaves nothing beside the database when it is closed but the lock's file", async () => {
  using folder = temporaryFolder();
  const store = await openSqliteStore({ file: folder.file("inbox.db") });
  await store.lanes.append(robot("1"));
  await store[Symbol.asyncDispose]();
  expect(readdirSync(folder.path).toSorted()).toEqual(["inbox.db", "inbox.db.lock"]);
});

test("does not touch a database of another program", async () => {
  using folder = temporaryFolder();
  const file = folder.file("other.db");
  {
    using db = new DatabaseSync(file);
    db.exec("create table theirs (a text); insert into theirs values ('x')");
  }
  const before = readFileSync(file);
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    fault: "foreign",
    message: expect.stringContaining("other.db is not a store of dingtalk-kit"),
  });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test.for([
  [
    "a text file",
    () => Buffer.from("no database, but some text that is long enough for a header".repeat(200)),
  ],
  ["a damaged header", (whole: Buffer) => Buffer.concat([Buffer.alloc(60, 7), whole.subarray(60)])],
  [
    "damaged pages",
    (whole: Buffer) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 7)]),
  ],
  ["a file cut short", (whole: Buffer) => whole.subarray(0, 5_000)],
] as const)("names the file and the way out for %s, and keeps it", async ([, damage]) => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const store = await openSqliteStore({ file });
  await store.lanes.append(robot("1"));
  await store[Symbol.asyncDispose]();
  const damaged = damage(readFileSync(file));
  writeFileSync(file, damaged);
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    fault: "corrupt",
    retryable: false,
    message: expect.stringMatching(/inbox\.db is damaged .*move the file away/),
  });
  expect(readFileSync(file).equals(damaged)).toBe(true);
  // The lock went with the refusal.
  await expect(openSqliteStore({ file, lockTimeoutMs: 0 })).rejects.toMatchObject({ fault: "corrupt" });
});

test("says so when the path cannot be a file", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("inbox.db"));
  await expect(openSqliteStore({ file: folder.file("inbox.db") })).rejects.toMatchObject({
    fault: "unavailable",
  });
  writeFileSync(folder.file("file"), "");
  await expect(openSqliteStore({ file: folder.file("file/inbox.db") })).rejects.toMatchObject({
    code: "DINGTALK_STORE",
    fault: "unavailable",
  });
});

test("sets a message that cannot be read aside, and goes on with its lane", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  {
    await using store = await openSqliteStore({ file });
    for (const id of ["1", "2", "3"]) await store.lanes.append(robot(id));
  }
  {
    using db = new DatabaseSync(file);
    db.exec("update message set body = '{\"half' where message_id = '1'");
    db.exec("update message set body = null where message_id = '2'");
  }
  await using store = await openSqliteStore({ file });
  expect(await store.lanes.claim(5)).toMatchObject([{ messageId: "3" }]);
  const { entries } = await store.inbox.list({ state: "dead" });
  expect(entries).toMatchObject([
    { messageId: "1", reason: "unreadable" },
    { messageId: "2", reason: "unreadable" },
  ]);
  expect(await store.inbox.show(robot("1"))).toMatchObject({ body: undefined });
});

test("heals a line of lanes that does not fit the messages", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  {
    await using store = await openSqliteStore({ file });
    await store.lanes.append(robot("1"));
    await store.lanes.append({ ...robot("2"), lane: "b" });
  }
  {
    using db = new DatabaseSync(file);
    db.exec("delete from lane where key = 'a'; insert into lane values ('ghost', 3, 1, null, null)");
    db.exec("update lane set ready_place = null, pending = 9 where key = 'b'");
  }
  await using store = await openSqliteStore({ file });
  expect(await store.inbox.counts()).toMatchObject({ waiting: 2, lanes: 2 });
  expect(await store.lanes.claim(5)).toMatchObject([{ messageId: "1" }, { messageId: "2" }]);
});

test.for(["erase", "purge"] as const)("leaves no trace of a text in any file after %s", async (how) => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const clock = createManualClock();
  const secret = "a very private sentence ".repeat(400);
  await using store = await openSqliteStore({ file, keepTextMs: 0 }, { clock });
  await store.lanes.append({ ...robot("1", secret), sender: "anna" });
  await store.lanes.append({ ...robot("2", "of somebody else"), sender: "ben" });
  await Promise.all((await store.lanes.claim(1)).map((one) => store.lanes.finish(one)));
  const holding = (): readonly string[] =>
    readdirSync(folder.path).filter((name) => readFileSync(folder.file(name)).includes("very private"));
  expect(holding()).not.toEqual([]);
  await clock.advance(1);
  const { texts } = await (how === "erase" ? store.inbox.erase("anna") : store.inbox.purge());
  expect(texts).toBe(1);
  expect(holding()).toEqual([]);
});

test(
  "is not held up by somebody who reads while a text is removed, and removes it from the log when they have gone",
  // Waiting for the reader takes twice as long.
  { timeout: 10_000 },
  async () => {
    using folder = temporaryFolder();
    const file = folder.file("inbox.db");
    await using store = await openSqliteStore({ file });
    await store.lanes.append({ ...robot("1", "a very private sentence"), sender: "anna" });
    const holding = (): readonly string[] =>
      readdirSync(folder.path).filter((name) => readFileSync(folder.file(name)).includes("very private"));
    {
      using shell = new DatabaseSync(file);
      shell.exec("begin; select count(*) from message");
      expect(await store.inbox.erase("anna")).toMatchObject({ texts: 1 });
      for (let id = 2; id < 40; id += 1) await store.lanes.append(robot(String(id)));
      expect(holding()).not.toEqual([]);
    }
    await store.lanes.append(robot("40"));
    expect(holding()).toEqual([]);
  },
);

test("passes over small state that cannot be read, says so without its text, and lets it be written anew", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const log = createRecordingLogger();
  const set = { expectedVersion: undefined, value: "new" };
  {
    await using store = await openSqliteStore({ file });
    for (const key of ["1", "2", "3"]) await store.state.compareAndSet("ns", key, set);
  }
  {
    using db = new DatabaseSync(file);
    db.exec(`update state set value = '"a very private sentence' where key = '2'`);
  }
  await using store = await openSqliteStore({ file }, { log });
  expect(await store.state.get("ns", "2")).toBeUndefined();
  const keys: string[] = [];
  for await (const { key } of store.state.scan("ns", "")) keys.push(key);
  expect(keys).toEqual(["1", "3"]);
  expect(log.lines).toMatchObject([
    { level: "error", fields: { namespace: "ns", key: "2" } },
    { level: "error", fields: { namespace: "ns", key: "2" } },
  ]);
  expect(JSON.stringify(log.lines)).not.toContain("private");
  expect(await store.state.compareAndSet("ns", "1", set)).toBeUndefined();
  expect(await store.state.compareAndSet("ns", "2", set)).toBeDefined();
  expect(await store.state.get("ns", "2")).toMatchObject({ value: "new" });
});

test("refuses for a moment while somebody else writes", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  await using store = await openSqliteStore({ file });
  {
    using shell = new DatabaseSync(file);
    shell.exec("begin immediate");
    const calls = await Promise.allSettled(["1", "2", "3"].map((id) => store.lanes.append(robot(id))));
    for (const call of calls) {
      expect(call).toMatchObject({ status: "rejected", reason: { fault: "unavailable", retryable: true } });
    }
  }
  expect(await store.lanes.append(robot("1"))).toEqual({ kind: "appended" });
});
