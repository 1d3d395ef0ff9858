import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ownWorker = new URL("../src/worker.ts", import.meta.url).href;
const hello = { robotCode: "robot", messageId: "1", lane: "a", body: "hello" };

test("runs the thread's program from where it is told to", async () => {
  using folder = temporaryFolder();
  const program = folder.file("bundled-worker.mjs");
  writeFileSync(program, `import ${JSON.stringify(ownWorker)};`);
  await using store = await openSqliteStore({
    file: folder.file("inbox.db"),
    worker: pathToFileURL(program),
  });
  expect(await store.lanes.append(hello)).toEqual({ kind: "appended" });
});

test("says so when there is no such program", async () => {
  using folder = temporaryFolder();
  const worker = pathToFileURL(folder.file("nowhere.mjs"));
  await expect(openSqliteStore({ file: folder.file("inbox.db"), worker })).rejects.toMatchObject({
    fault: "broken",
    message: expect.stringContaining("nowhere.mjs"),
  });
});

test("fails every call when the thread dies, says so once, and lets the next one own the file", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  const program = folder.file("mortal-worker.mjs");
  writeFileSync(
    program,
    `import { parentPort } from "node:worker_threads";
    import ${JSON.stringify(ownWorker)};
    parentPort.on("message", ({ name }) => { if (name === "erase") throw new Error("out of memory"); });`,
  );
  const log = createRecordingLogger();
  const store = await openSqliteStore({ file, worker: pathToFileURL(program) }, { log });
  await store.lanes.append(hello);
  expect(await store.lanes.claim(1)).toHaveLength(1);
  const waiting = store.lanes.claim(1);
  expect(await store.inbox.counts()).toMatchObject({ running: 1 });
  const [, failed] = await Promise.allSettled([store.inbox.erase("nobody"), waiting]);
  expect(failed).toMatchObject({ status: "rejected", reason: { code: "DINGTALK_STORE", fault: "broken" } });
  await expect(store.lanes.append(hello)).rejects.toMatchObject({ fault: "broken" });
  expect(log.lines).toMatchObject([{ level: "error", fields: { file, detail: "out of memory" } }]);
  await store[Symbol.asyncDispose]();
  await using next = await openSqliteStore({ file, lockTimeoutMs: 0 });
  expect(await next.lanes.append(hello)).toMatchObject({ kind: "duplicate" });
});

test("gives up waiting for a thread that does not close, and says so", async () => {
  using folder = temporaryFolder();
  const program = folder.file("stubborn-worker.mjs");
  writeFileSync(
    program,
    `import { parentPort } from "node:worker_threads";
    parentPort.on("message", () => undefined);
    parentPort.postMessage({ kind: "open", schemaVersion: 1 });`,
  );
  const log = createRecordingLogger();
  const store = await openSqliteStore(
    { file: folder.file("inbox.db"), worker: pathToFileURL(program), disposeTimeoutMs: 1 },
    { log },
  );
  const unanswered = store.inbox.counts();
  const disposed = store[Symbol.asyncDispose]();
  await expect(unanswered).rejects.toMatchObject({ code: "DINGTALK_CLOSED" });
  await disposed;
  expect(log.lines).toMatchObject([{ level: "warn", message: "the store did not close properly" }]);
});

test("shares one commit between calls that come together", async () => {
  using folder = temporaryFolder();
  await using store = await openSqliteStore({ file: folder.file("inbox.db"), maxLaneDepth: 1_000 });
  const before = await store.diagnose();
  await Promise.all(
    Array.from({ length: 500 }, (_, index) => store.lanes.append({ ...hello, messageId: String(index) })),
  );
  const after = await store.diagnose();
  expect(after.calls - before.calls).toBeGreaterThanOrEqual(500);
  expect(after.commits - before.commits).toBeLessThan(100);
  expect(after.engine).toMatch(/^SQLite 3\..*, journal wal, synchronous 2$/);
});
