import { expect, test } from "vitest";

import { crashContract, runWithCrashes, singleOwnerContract } from "../src/conformance/index.ts";
import { sqliteUnderTest } from "./sqlite-under-test.ts";

const CRASH_RUN_MS = 120_000;

test.for([...crashContract(sqliteUnderTest), ...singleOwnerContract(sqliteUnderTest)])(
  "$title",
  { timeout: 60_000 },
  (promise) => promise.run(),
);

test(
  "loses, doubles, reorders and overlaps nothing of 1,000 lanes × 5 through four kills",
  {
    timeout: CRASH_RUN_MS,
  },
  async () => {
    const report = await runWithCrashes(sqliteUnderTest);
    console.log("crash run:", JSON.stringify(report));
    expect(report).toMatchObject({
      messages: 5_000,
      kills: 4,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      overlapping: 0,
    });
    expect(report.resent).toBeGreaterThan(0);
    expect(report.duplicates).toBeGreaterThan(300);
    expect(report.interrupted).toBeGreaterThan(0);
  },
);
