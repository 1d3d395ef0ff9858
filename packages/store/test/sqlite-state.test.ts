import { stateContract } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { openSqliteStore } from "../src/index.ts";
import type { Store } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let stack = new AsyncDisposableStack();

const contract = stateContract(async (clock) => {
  const folder = stack.use(temporaryFolder());
  const store: Store = stack.use(await openSqliteStore({ file: folder.file("state.db") }, { clock }));
  return store.state;
});

test.for(contract)("$title", async (promise) => {
  await using opened = new AsyncDisposableStack();
  stack = opened;
  await promise.run();
});

test("keeps state over a restart, and never gives a version twice", async () => {
  using folder = temporaryFolder();
  const file = folder.file("state.db");
  const first = await openSqliteStore({ file });
  const version = await first.state.compareAndSet("n", "k", { expectedVersion: undefined, value: [1] });
  await first.state.delete("n", "k");
  await first.state.compareAndSet("n", "kept", { expectedVersion: undefined, value: { a: "你好" } });
  await first[Symbol.asyncDispose]();
  await using second = await openSqliteStore({ file });
  expect(await second.state.get("n", "kept")).toMatchObject({ value: { a: "你好" } });
  const again = await second.state.compareAndSet("n", "k", { expectedVersion: undefined, value: [1] });
  expect(Number(again)).toBeGreaterThan(Number(version) + 1);
});

test("scans more than one page, and stops at the end of the prefix", async () => {
  using folder = temporaryFolder();
  await using store = await openSqliteStore({ file: folder.file("state.db") });
  const keys = Array.from({ length: 450 }, (_, index) => `a/${String(index).padStart(3, "0")}`);
  await Promise.all(
    [...keys, "a", "b/1", "a0"].map((key) =>
      store.state.compareAndSet("n", key, { expectedVersion: undefined, value: key }),
    ),
  );
  const found: string[] = [];
  for await (const { key } of store.state.scan("n", "a/")) found.push(key);
  expect(found).toEqual(keys);
});
