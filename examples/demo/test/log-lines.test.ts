import { expect, test } from "vitest";

import { createLogLines } from "../src/log-lines.ts";

test("cuts output into lines wherever it was split", () => {
  const seen: string[] = [];
  const log = createLogLines((line) => seen.push(line));
  log.write("one\r\ntw");
  log.write("o\n\nthr");
  expect(log.lines).toEqual(["one", "two", ""]);
  log.end();
  expect(seen).toEqual(["one", "two", "", "thr"]);
  expect(log.tail(2)).toBe("\nthr");
});

test("finds a line that was there, or one that comes", async () => {
  const log = createLogLines();
  log.write("ready\n");
  expect(await log.find(/ready/)).toBe("ready");
  const next = log.find(/ready/, { from: 1 });
  log.write("busy\nready again\n");
  expect(await next).toBe("ready again");
});

test("shows the last lines when none matches in time", async () => {
  const log = createLogLines();
  log.write("something else\n");
  await expect(log.find(/ready/, { timeoutMs: 1 })).rejects.toThrow(
    /no log line matched[\s\S]*something else/,
  );
});
