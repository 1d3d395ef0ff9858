import { resolveAgentRoute } from "openclaw/plugin-sdk/routing";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { messaging } from "../src/messaging.ts";
import { security } from "../src/security.ts";
import { directScope } from "../src/session-scope.ts";
import { status } from "../src/status.ts";

type Config = Parameters<typeof directScope>[0];

async function sessionKeys(
  cfg: Config,
  staffId: string,
): Promise<{ inbound: string; outbound: string | undefined }> {
  const scope = directScope(cfg);
  const peer = { kind: "direct" as const, id: staffId };
  const route = resolveAgentRoute({
    cfg,
    channel: "dingtalk",
    accountId: "default",
    peer,
    ...(scope && { dmScope: scope }),
  });
  const outbound = await messaging.resolveOutboundSessionRoute?.({
    cfg,
    agentId: route.agentId,
    accountId: "default",
    target: `user:${staffId}`,
  });
  return { inbound: route.sessionKey, outbound: outbound?.sessionKey };
}

test("gives each person a session of their own, the same for both directions", async () => {
  const a = await sessionKeys({}, "alice");
  const b = await sessionKeys({}, "bob");
  expect(a.inbound).toBe("agent:main:dingtalk:default:direct:alice");
  expect(a.outbound).toBe(a.inbound);
  expect(b.inbound).not.toBe(a.inbound);
});

test.each(["main", "per-peer", "per-channel-peer"] as const)(
  "follows an explicit session.dmScope %s",
  async (dmScope) => {
    const cfg = { session: { dmScope } };
    const { inbound, outbound } = await sessionKeys(cfg, "alice");
    expect(outbound).toBe(inbound);
    expect(directScope(cfg)).toBeUndefined();
  },
);

const warn = async (cfg: Config): Promise<readonly unknown[]> =>
  (await security.collectWarnings?.({ cfg, account: resolveAccount(cfg, "default") })) ?? [];

test("tells audits the same scope, and warns when everybody shares one session", async () => {
  const context = { cfg: {}, accountId: "default", account: resolveAccount({}, "default") };
  expect(security.dmRouting?.resolveDmScope?.(context)).toBe("per-account-channel-peer");
  expect(await warn({})).toEqual([]);
  expect(await warn({ session: { dmScope: "main" } })).toMatchObject([
    { checkId: "dingtalk.shared-dm-session" },
  ]);
});

test("routes a group by its id, and answers to the id's own spelling", async () => {
  const route = await messaging.resolveOutboundSessionRoute?.({
    cfg: {},
    agentId: "main",
    target: "group:cidAbC123==",
  });
  expect(route).toMatchObject({ chatType: "group", to: "group:cidAbC123==" });
});

async function statusIssues(cfg: Config): Promise<readonly string[]> {
  const built = ["default", "second"].map((id) =>
    Promise.resolve(status.buildAccountSnapshot?.({ account: resolveAccount(cfg, id), cfg })),
  );
  const snapshots = (await Promise.all(built)).filter((snapshot) => snapshot !== undefined);
  const issues = status.collectStatusIssues?.(snapshots) ?? [];
  return issues.map(({ kind, message, fix }) => `${kind}: ${message} ${fix}`);
}

test("warns in the status, once, when the user chose one session for all", async () => {
  const accounts = { second: { clientId: "dingB" } };
  const channels = { dingtalk: { clientId: "dingA", clientSecret: "s", accounts } };
  expect(await statusIssues({ channels })).toEqual([]);
  expect(await statusIssues({ channels, session: { dmScope: "main" } })).toEqual([
    expect.stringMatching(/^config: session\.dmScope is "main".*per-account-channel-peer/),
  ]);
});
