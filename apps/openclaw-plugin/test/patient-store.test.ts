import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import { expect, onTestFinished, test, vi } from "vitest";

import { openPatiently } from "../src/patient-store.ts";

/** Patiently: a thread and a disk take part. */
const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 12_000, interval: 20 });

function desk(): {
  readonly file: string;
  readonly clock: ReturnType<typeof createManualClock>;
  readonly log: ReturnType<typeof createRecordingLogger>;
  readonly blocked: string[];
  readonly stop: AbortController;
  readonly open: () => Promise<Store | undefined>;
} {
  const folder = mkdtempSync(join(tmpdir(), "dingtalk-patient-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "inbox.db");
  const clock = createManualClock();
  const log = createRecordingLogger();
  const blocked: string[] = [];
  const stop = new AbortController();
  const onBlocked = (reason: string): void => void blocked.push(reason);
  const { signal } = stop;
  return {
    file,
    clock,
    log,
    blocked,
    stop,
    open: () =>
      openPatiently(() => openSqliteStore({ file, lockTimeoutMs: 500 }), { clock, log, signal, onBlocked }),
  };
}

test("waits for a damaged file to be mended, names it once, leaves it as it is, and goes on by itself", async () => {
  const { file, clock, log, blocked, open } = desk();
  writeFileSync(file, "this is no database, and somebody may want it back");
  const opening = open();
  await eventually(() => expect(clock.pending).toBe(1));
  await clock.advance(15_000);
  await eventually(() => expect(clock.pending).toBe(1));
  expect(blocked).toHaveLength(1);
  expect(blocked[0]).toContain(file);
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  expect(readFileSync(file, "utf8")).toContain("somebody may want it back");
  rmSync(file);
  await clock.advance(15_000);
  await using store = await opening;
  expect(await store?.inbox.counts()).toMatchObject({ waiting: 0 });
  expect(log.lines.at(-1)?.message).toBe("the inbox can be used now");
});

test("waits for another owner to leave, and names it", async () => {
  const { file, clock, blocked, open } = desk();
  const owner = await openSqliteStore({ file });
  const opening = open();
  await eventually(() => expect(clock.pending).toBe(1));
  expect(blocked[0]).toMatch(/is in use by .*stop that process/);
  await owner[Symbol.asyncDispose]();
  await clock.advance(15_000);
  await using store = await opening;
  expect(store).toBeDefined();
});

test("ends its waiting when the account is stopped", async () => {
  const { file, clock, stop, open } = desk();
  writeFileSync(file, "this is no database at all, and it is long enough to be looked at");
  const opening = open();
  await eventually(() => expect(clock.pending).toBe(1));
  stop.abort();
  expect(await opening).toBeUndefined();
  expect(clock.pending).toBe(0);
});
