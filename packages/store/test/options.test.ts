import { ConfigError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { openSqliteStore, retryDelayMs } from "../src/index.ts";
import { resolveStoreOptions } from "../src/options.ts";

test("fills what is left out", () => {
  const day = 86_400_000;
  expect(resolveStoreOptions({ file: "a.db", keepDoneMs: 2 * day })).toMatchObject({
    maxLaneDepth: 100,
    maxDepth: 100_000,
    maxAttempts: 5,
    keepDoneMs: 2 * day,
    keepDeadMs: 30 * day,
    keepTextMs: 2 * day,
  });
});

test.for([
  { file: "" },
  { file: "a\0b" },
  { file: "a", maxLaneDepth: 0 },
  { file: "a", maxDepth: Number.NaN },
  { file: "a", maxAttempts: 1.5 },
  { file: "a", keepDoneMs: -1 },
  { file: "a", maxFileBytes: 0 },
])("refuses %o", async (options) => {
  await expect(openSqliteStore(options)).rejects.toThrow(ConfigError);
});

test("doubles the delay of a retry up to the limit, with jitter over its second half", () => {
  const options = { firstRetryDelayMs: 1_000, maxRetryDelayMs: 60_000 };
  expect([1, 2, 3, 7, 100].map((attempt) => retryDelayMs(attempt, options, 0))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000,
  ]);
  expect(retryDelayMs(1, options, 0.5)).toBe(750);
});
