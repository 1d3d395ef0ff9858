import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { createQuotaReporter, quotaFacts, quotaIssues } from "../src/quota-status.ts";
import { status } from "../src/status.ts";

const quota = { monthlyLimit: 200, warnAt: [50, 80, 95], onExhausted: "markdown" } as const;

function reported(calls: number): object {
  const patches: object[] = [];
  const report = createQuotaReporter((patch) => patches.push(patch), quota);
  report({ month: "2026-11", calls, deliveries: 7, refusedAtMs: undefined });
  return patches[0] ?? {};
}

test("shows in the status what is used of the budget, and the deliveries [S2-83]", async () => {
  const cfg = { channels: { dingtalk: { clientId: "dingA", clientSecret: "s" } } };
  const account = resolveAccount(cfg);
  const snapshotWith = (runtime: object): Promise<object> | object | undefined =>
    status.buildAccountSnapshot?.({ account, cfg, runtime: { accountId: "default", ...runtime } });
  expect(await snapshotWith(reported(170))).toMatchObject({
    mode: "stream (2026-11: 170 of 200 calls used, 7 deliveries)",
    quota: { month: "2026-11", calls: 170, monthlyLimit: 200, deliveries: 7, warning: 80 },
  });
  const unknown = await snapshotWith({});
  expect(unknown).toMatchObject({ mode: "stream" });
  expect(unknown).not.toHaveProperty("quota");
});

test("names the account whose budget runs out", () => {
  const issues = quotaIssues([
    { accountId: "sales", ...reported(170) },
    { accountId: "quiet", ...reported(99) },
    { accountId: "new" },
  ]);
  expect(issues).toEqual([
    {
      channel: "dingtalk",
      accountId: "sales",
      kind: "runtime",
      message: "80 % of the calls to DingTalk are used: 170 of 200 in 2026-11",
      fix: expect.stringContaining("cardStreamInterval"),
    },
  ]);
  expect(quotaFacts({ accountId: "quiet", ...reported(99) })).toMatchObject({ quota: { warning: null } });
});
