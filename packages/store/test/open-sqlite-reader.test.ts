import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { openSqliteReader, openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const message = (messageId: string) => ({
  robotCode: "robot",
  messageId,
  lane: "a",
  sender: "anna",
  body: { text: messageId },
});

/** Every file of a folder with its bytes, but for the index of the log, which SQLite writes for every reader. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).toSorted();
  return new Map(
    names.map((name) => [name, name.endsWith("-shm") ? "" : readFileSync(`${folder}/${name}`, "base64")]),
  );
}

async function fill(file: string): Promise<void> {
  await using store = await openSqliteStore({ file });
  for (const id of ["1", "2", "3"]) await store.lanes.append(message(id));
  for (const one of await store.lanes.claim(1)) await store.lanes.finish(one);
  await store.state.compareAndSet("ns", "key", { expectedVersion: undefined, value: "kept" });
}

test("shows what the last owner left, and leaves every file as it is", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  await fill(file);
  const before = contentOf(folder.path);
  {
    await using reader = await openSqliteReader({ file });
    expect(await reader.inbox.counts()).toMatchObject({ waiting: 2, done: 1 });
    const { entries } = await reader.inbox.list({ order: "newest", sender: "anna", limit: 2 });
    expect(entries).toMatchObject([
      { messageId: "3", sender: "anna" },
      { messageId: "2", sender: "anna" },
    ]);
    expect(await reader.inbox.show(message("2"))).toMatchObject({ state: "waiting", body: { text: "2" } });
    expect(await reader.state.get("ns", "key")).toMatchObject({ value: "kept" });
    for await (const entry of reader.state.scan("ns", "")) expect(entry.key).toBe("key");
  }
  expect(contentOf(folder.path)).toEqual(before);
});

test("reads what a crash left in the write-ahead log, and leaves it for the next owner", async () => {
  using owner = temporaryFolder();
  using folder = temporaryFolder();
  const store = await openSqliteStore({ file: owner.file("inbox.db") });
  await store.lanes.append(message("1"));
  await store.lanes.claim(1);
  for (const name of ["inbox.db", "inbox.db-wal", "inbox.db.lock"])
    writeFileSync(folder.file(name), readFileSync(owner.file(name)));
  await store[Symbol.asyncDispose]();
  const before = contentOf(folder.path);
  {
    await using reader = await openSqliteReader({ file: folder.file("inbox.db") });
    expect(await reader.inbox.list()).toMatchObject({ entries: [{ messageId: "1", state: "running" }] });
  }
  const after = contentOf(folder.path);
  for (const [name, bytes] of before) expect([name, after.get(name)]).toEqual([name, bytes]);
  await using next = await openSqliteStore({ file: folder.file("inbox.db") });
  expect(await next.lanes.claim(1)).toMatchObject([{ messageId: "1", attempt: 2 }]);
});

test("refuses while somebody owns the file, and says who", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  await using store = await openSqliteStore({ file });
  await expect(openSqliteReader({ file, lockTimeoutMs: 0 })).rejects.toMatchObject({
    code: "DINGTALK_STORE",
    fault: "owned",
    message: expect.stringMatching(/inbox\.db is in use by this process already/),
  });
  expect(await store.lanes.append(message("1"))).toEqual({ kind: "appended" });
});

test("stands in the way of no owner that comes meanwhile, and sees what it does", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  await fill(file);
  await using reader = await openSqliteReader({ file });
  await using store = await openSqliteStore({ file, lockTimeoutMs: 0 });
  for (const id of ["4", "5"]) await store.lanes.append(message(id));
  for (const one of await store.lanes.claim(1)) await store.lanes.finish(one);
  expect(await reader.inbox.counts()).toMatchObject({ waiting: 3, running: 0, done: 2 });
});

test("creates nothing where nothing is, and says so", async () => {
  using folder = temporaryFolder();
  const refusal = { code: "DINGTALK_STORE", fault: "missing", retryable: false };
  await expect(openSqliteReader({ file: folder.file("new/inbox.db") })).rejects.toMatchObject({
    ...refusal,
    message: expect.stringMatching(
      /there is no store at .*new\/inbox\.db \(no such file\): look for another/,
    ),
  });
  expect(existsSync(folder.file("new"))).toBe(false);
  writeFileSync(folder.file("empty.db"), "");
  await expect(openSqliteReader({ file: folder.file("empty.db") })).rejects.toMatchObject(refusal);
  expect(readdirSync(folder.path)).toEqual(["empty.db"]);
});

test("names what is wrong with a file that it cannot read", async () => {
  using folder = temporaryFolder();
  {
    using other = new DatabaseSync(folder.file("other.db"));
    other.exec("create table theirs (a text)");
  }
  writeFileSync(folder.file("text.db"), "some text that is long enough for a header".repeat(100));
  mkdirSync(folder.file("folder.db"));
  await fill(folder.file("newer.db"));
  {
    using newer = new DatabaseSync(folder.file("newer.db"));
    newer.exec("pragma user_version = 9; update meta set value = 8 where key = 'usable_from'");
  }
  for (const [name, fault] of [
    ["other", "foreign"],
    ["text", "corrupt"],
    ["folder", "unavailable"],
    ["newer", "newer-schema"],
  ]) {
    await expect(openSqliteReader({ file: folder.file(`${name}.db`) })).rejects.toMatchObject({ fault });
  }
});
