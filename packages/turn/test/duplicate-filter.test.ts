import { createManualClock } from "@dingtalk-kit/protocol/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createDuplicateFilter } from "../src/duplicate-filter.ts";

test("lets a message through once, whatever comes between", () => {
  const filter = createDuplicateFilter();
  expect(filter.firstSeen("robot", "msg-1")).toBe(true);
  expect(filter.firstSeen("robot", "msg-2")).toBe(true);
  expect(filter.firstSeen("robot", "msg-1")).toBe(false);
});

test("keeps robots, letter case and odd ids apart", () => {
  const filter = createDuplicateFilter();
  const ids = [
    ["a", "b,c"],
    ["a,b", "c"],
    ["a", "B,C"],
    [undefined, "b,c"],
    ["null", "b,c"],
    ["", "b,c"],
  ] as const;
  expect(ids.map(([robot, id]) => filter.firstSeen(robot, id))).toEqual(ids.map(() => true));
});

test("forgets after the time to live, counted from the first delivery", async () => {
  const clock = createManualClock();
  const filter = createDuplicateFilter({ ttlMs: 1_000 }, { clock });
  filter.firstSeen("robot", "msg");
  await clock.advance(900);
  expect(filter.firstSeen("robot", "msg")).toBe(false);
  await clock.advance(100);
  expect(filter.firstSeen("robot", "msg")).toBe(true);
});

test("drops the least recently seen id beyond its bound", () => {
  const filter = createDuplicateFilter({ maxEntries: 2 });
  for (const id of ["a", "b", "a", "c"]) filter.firstSeen("robot", id);
  expect(filter.firstSeen("robot", "a")).toBe(false);
  expect(filter.firstSeen("robot", "b")).toBe(true);
});

test("lets a message through again that was given back", () => {
  const filter = createDuplicateFilter();
  filter.firstSeen("robot", "msg");
  filter.forget("robot", "msg");
  expect(filter.firstSeen("robot", "msg")).toBe(true);
});

test("lets each of any ids through exactly once", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), (ids) => {
      const filter = createDuplicateFilter();
      const passed = ids.filter((id) => filter.firstSeen("robot", id));
      expect(passed).toEqual([...new Set(ids)]);
    }),
  );
});

test("refuses limits that are none", () => {
  expect(() => createDuplicateFilter({ ttlMs: 0 })).toThrow(/ttlMs/);
  expect(() => createDuplicateFilter({ maxEntries: Number.NaN })).toThrow(/maxEntries/);
});
