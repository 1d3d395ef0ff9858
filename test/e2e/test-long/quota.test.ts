import { expect, test } from "vitest";

import { ask, openStage, untilConnected } from "../src/stage.ts";
import type { Stage } from "../src/stage.ts";

const TOKEN = "/v1.0/oauth2/accessToken";
const OPEN = "/v1.0/gateway/connections/open";
const ROBOT = "/v1.0/robot/oToMessages/batchSend";

/** What the account says of its quota in `channels status --json`. */
async function quotaOf({ home }: Stage): Promise<Readonly<Record<string, unknown>>> {
  const { stdout, stderr } = await home.run(["channels", "status", "--probe", "--json"]);
  const accounts: unknown = Object(JSON.parse(stdout.slice(stdout.indexOf("{")))).channelAccounts?.dingtalk;
  expect(accounts, stderr).toHaveLength(1);
  return Object(Array.isArray(accounts) ? accounts[0]?.quota : undefined);
}

test("counts what answers cost over a restart of the gateway, shows it, and tells the owner [S2-83]", async () => {
  await using stage = await openStage({ simulator: { undeliverable: "hold" } });
  const { simulator, home } = stage;
  const { clientId, clientSecret } = simulator.app;
  await stage.configure({
    clientId,
    clientSecret,
    endpoints: simulator.endpoints,
    messageType: "card",
    dmPolicy: "open",
    allowFrom: ["*"],
    alertTo: "user:user01",
    quota: { monthlyLimit: 100, warnAt: [3] },
  });
  /** Calls that DingTalk bills. Session webhooks and the connection itself are not among them. */
  const billed = (): number =>
    simulator.calls("/v1.0/*").filter(({ path }) => path !== TOKEN && path !== OPEN).length;
  const isCounted = async (): Promise<boolean> => (await quotaOf(stage))["calls"] === billed();
  const first = await stage.start();
  await untilConnected(simulator, [clientId]);
  await ask(stage, { from: "alice", text: "hello" });
  await expect.poll(isCounted, { timeout: 60_000 }).toBe(true);
  expect(await quotaOf(stage)).toMatchObject({ monthlyLimit: 100, deliveries: 1, warning: 3 });
  const text = await home.run(["channels", "status", "--probe"]);
  expect(text.stdout).toMatch(/mode:stream \(\d{4}-\d\d: \d+ of 100 calls used, 1 deliveries\).*works/);
  expect(text.stdout).toContain("3 % of the calls to DingTalk are used");
  const alerts = (): number =>
    simulator.calls(ROBOT).filter(({ body }) => JSON.stringify(body).includes("3 % of this month's calls"))
      .length;
  await expect.poll(alerts, { timeout: 30_000 }).toBe(1);

  const before = billed();
  await first[Symbol.asyncDispose]();
  await stage.start();
  await untilConnected(simulator, [clientId]);
  await ask(stage, { from: "alice", text: "and again" });
  expect(billed()).toBeGreaterThan(before);
  await expect.poll(isCounted, { timeout: 60_000 }).toBe(true);
  expect(await quotaOf(stage)).toMatchObject({ deliveries: 2 });
  expect(alerts()).toBe(1);
});
