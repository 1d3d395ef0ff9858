import { expect, test } from "vitest";

import { crashLoopIssues } from "../src/crash-loop-issue.ts";

const TRIPPED = "gateway restart-loop breaker tripped: 3 unclean boot(s) within 300000ms; suppressing";

test("names the command that starts a channel which the host keeps down, once for all accounts", () => {
  const down = { running: false, lastError: TRIPPED };
  const issues = crashLoopIssues([
    { accountId: "fine", running: true },
    { accountId: "one", ...down },
    { accountId: "two", ...down },
  ]);
  expect(issues).toMatchObject([
    { accountId: "one", fix: expect.stringContaining("openclaw gateway call channels.start") },
  ]);
});

test("has nothing to say of accounts that run, or are down for another reason", () => {
  const snapshots = [
    { accountId: "lifted", running: true, lastError: TRIPPED },
    { accountId: "mistake", running: false, lastError: "config: no clientSecret" },
    { accountId: "stopped", running: false },
  ];
  expect(crashLoopIssues(snapshots)).toEqual([]);
});
